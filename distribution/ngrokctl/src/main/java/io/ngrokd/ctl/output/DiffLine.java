package io.ngrokd.ctl.output;

/** A line of a diff as a terminal may have it: {@code +} in green, {@code -} in red, what is doubtful in yellow, headings bold. */
public final class DiffLine {

    private DiffLine() {}

    /** With colours where the terminal has them; blanks and tabs as they are, nothing that a terminal would obey. */
    public static String on(Terminal terminal, String line) {
        StringBuilder clean = new StringBuilder(line.length());
        line.codePoints().forEach(point -> {
            boolean obeyed = Character.isISOControl(point) && point != '\t' || Character.getType(point) == Character.FORMAT;
            if (obeyed) {
                clean.append(String.format("\\u%04x", point));
            } else {
                clean.appendCodePoint(point);
            }
        });
        return paint(line).on(terminal, clean.toString());
    }

    private static Paint paint(String line) {
        if (line.startsWith("@@ ")) {
            return Paint.HEADING;
        }
        return switch (line.length() > 1 && line.charAt(1) == ' ' ? line.charAt(0) : ' ') {
            case '+' -> Paint.GOOD;
            case '-' -> Paint.BAD;
            case '~', '!' -> Paint.DOUBTFUL;
            default -> Paint.PLAIN;
        };
    }
}
