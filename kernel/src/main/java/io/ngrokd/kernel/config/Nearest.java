package io.ngrokd.kernel.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a mistyped one was probably meant to be. */
public final class Nearest {

    private Nearest() {}

    /** The closest candidate by edit distance, if it is close enough to be a typing error. */
    static Optional<String> of(String word, Collection<String> candidates) {
        return several(word, candidates, 1).stream().findFirst();
    }

    /** The closest candidates, the closest first; none that is too far away to be a typing error. */
    public static List<String> several(String word, Collection<String> candidates, int most) {
        return candidates.stream()
                .filter(candidate -> distance(plain(word), plain(candidate)) <= Math.max(2, candidate.length() / 3))
                .sorted(Comparator.comparingInt((String candidate) -> distance(plain(word), plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(most).toList();
    }

    /** {@code pollInterval}, {@code poll-interval} and {@code poll_interval} are the same slip. */
    private static String plain(String word) {
        return word.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            row[column] = column;
        }
        for (int line = 1; line <= left.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = diagonal + (left.charAt(line - 1) == right.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[right.length()];
    }
}
