package io.ngrokd.cloud.demo;

import java.io.PrintWriter;

/** Tells the reader what happens: numbered steps, aligned, in colour on a terminal. */
final class Narrator {

    private static final String RESET = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";

    private final PrintWriter out;
    private final boolean colour;
    private int steps;

    Narrator(PrintWriter out, boolean colour) {
        this.out = out;
        this.colour = colour;
    }

    void step(String what, String detail) {
        steps++;
        line(paint(BOLD, "%2d  %-24s".formatted(steps, what)) + detail);
    }

    void detail(String left, String right) {
        line("    %-42s%s".formatted(left, right));
    }

    void good(String left, String right) {
        line("    " + paint(GREEN, "ok") + "  %-38s%s".formatted(left, right));
    }

    void bad(String text) {
        line("    " + paint(RED, "failed") + "  " + text);
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    private String paint(String code, String text) {
        return colour ? code + text + RESET : text;
    }
}
