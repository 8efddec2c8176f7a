package io.ngrokd.cloud.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that a misspelt one was most likely meant to be. */
final class Nearest {

    private Nearest() {}

    static Optional<String> to(String word, Collection<String> known) {
        String wanted = plain(word);
        Optional<String> longer = known.stream().filter(candidate -> wanted.length() > 2
                && plain(candidate).startsWith(wanted)).findFirst();
        return longer.isPresent() ? longer : known.stream()
                .min(Comparator.comparingInt(candidate -> distance(wanted, plain(candidate))))
                .filter(candidate -> distance(wanted, plain(candidate)) <= Math.max(2, candidate.length() / 2));
    }

    /** "forwardTo", "forward-to" and "forward_to" are the same word. */
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            previous[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int change = left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1;
                current[column] = Math.min(previous[column - 1] + change,
                        Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
