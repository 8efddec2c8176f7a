package io.ngrokd.ctl.doctor;

import io.ngrokd.ctl.json.Fields;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A hop of the way, and what was seen there.
 *
 * @param from who looked: {@code daemon} or {@code here}
 * @param mend what to do about it; empty when there is nothing to do
 */
public record Hop(String name, String from, State state, String saw, String mend) {

    /** How good it is. */
    public enum State { OK, WARNING, FAILED, SKIPPED }

    private static final String HERE = "here";

    /** Seen from here: all is well. */
    public static Hop ok(String name, String saw) {
        return new Hop(name, HERE, State.OK, saw, "");
    }

    /** Seen from here: it works all the same. */
    public static Hop warning(String name, String saw, String mend) {
        return new Hop(name, HERE, State.WARNING, saw, mend);
    }

    /** Seen from here: it does not work. */
    public static Hop failed(String name, String saw, String mend) {
        return new Hop(name, HERE, State.FAILED, saw, mend);
    }

    /** Not looked at. */
    public static Hop skipped(String name, String reason) {
        return new Hop(name, HERE, State.SKIPPED, reason, "");
    }

    /** One of the daemon's, or of a document that was written by {@link #document}. */
    public static Hop of(Fields hop) {
        State state;
        try {
            state = State.valueOf(hop.text("state").orElse("").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException newer) {
            state = State.WARNING;
        }
        return new Hop(hop.text("hop").orElse("?"), hop.text("from").orElse("daemon"), state, hop.text("saw").orElse(""), hop.text("mend").orElse(""));
    }

    /** For JSON. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("hop", name);
        document.put("from", from);
        document.put("state", state.name().toLowerCase(Locale.ROOT));
        document.put("saw", saw);
        if (!mend.isEmpty()) {
            document.put("mend", mend);
        }
        return document;
    }
}
