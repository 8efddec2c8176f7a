package io.ngrokd.ctl.output;

/** The few colours there are, by meaning. */
public enum Paint {
    PLAIN(""),
    HEADING("1"),
    GOOD("32"),
    DOUBTFUL("33"),
    BAD("31"),
    FAINT("2");

    private final String code;

    Paint(String code) {
        this.code = code;
    }

    String on(Terminal terminal, String text) {
        return !terminal.colour() || code.isEmpty() || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** The colour of an endpoint's state. */
    public static Paint ofState(String state) {
        return switch (state) {
            case "ready" -> GOOD;
            case "refused", "degraded", "failed", "not listening" -> BAD;
            default -> DOUBTFUL;
        };
    }
}
