package io.ngrokd.ctl.output;

import java.util.ArrayList;
import java.util.List;

/** Text made fit to be shown. */
public final class Prose {

    private Prose() {
    }

    /**
     * Without control characters: names and reasons come from far away, and a terminal obeys what is written to it.
     * A run of blanks and newlines becomes one blank.
     */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            boolean format = Character.getType(point) == Character.FORMAT;
            if (Character.isWhitespace(point)) {
                if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                    clean.append(' ');
                }
            } else if (Character.isISOControl(point) || format) {
                clean.append(String.format("\\u%04x", point));
            } else {
                clean.appendCodePoint(point);
            }
        });
        return clean.toString().strip();
    }

    /** Cut in the middle, where names differ least, to fit the width. */
    static String shorten(String text, int width, Terminal terminal) {
        if (text.length() <= width) {
            return text;
        }
        String gap = terminal.unicode() ? "\u2026" : "..";
        int kept = Math.max(1, width - gap.length());
        int head = (kept + 1) / 2;
        return text.substring(0, head) + gap + text.substring(text.length() - (kept - head));
    }

    /** Broken at blanks into lines of at most the width; a longer word stands alone. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** "1 endpoint", "2 endpoints". */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
