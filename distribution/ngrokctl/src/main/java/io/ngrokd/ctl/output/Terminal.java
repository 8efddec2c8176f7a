package io.ngrokd.ctl.output;

import java.util.Map;

/**
 * What the standard output is.
 *
 * @param width columns to keep to; very many where lines go to a program, which gets them whole
 * @param colour whether to use colours
 * @param unicode whether it shows more than ASCII
 * @param interactive whether a person looks at it
 */
public record Terminal(int width, boolean colour, boolean unicode, boolean interactive) {

    /** Lines for programs are not cut or broken. */
    private static final int ENDLESS = 100_000;

    private static final int USUAL = 80;
    private static final int NARROWEST = 40;

    /** One that a person looks at when it has colours. */
    public Terminal(int width, boolean colour, boolean unicode) {
        this(width, colour, unicode, colour);
    }

    /** Reads the environment of the process. Whether a person looks at it the launcher tells: there it costs nothing to ask. */
    public static Terminal of(Map<String, String> environment) {
        boolean interactive = Boolean.getBoolean("ngrokctl.terminal");
        boolean colour = interactive
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
        boolean unicode = System.getProperty("native.encoding", "").startsWith("UTF");
        return new Terminal(width(environment.get("COLUMNS"), interactive), colour, unicode, interactive);
    }

    private static int width(String columns, boolean interactive) {
        if (columns != null && columns.matches("[1-9][0-9]{0,4}")) {
            return Math.max(NARROWEST, Integer.parseInt(columns));
        }
        return interactive ? USUAL : ENDLESS;
    }

    /** How wide prose may become: lines of 300 characters are no pleasure on the widest of screens. */
    public int proseWidth() {
        return Math.min(width, 110);
    }
}
