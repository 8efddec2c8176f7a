package io.ngrokd.daemon.differential;

import java.util.ArrayList;
import java.util.List;

/** Compares what came of a scenario directly and through the daemon. */
final class Comparison {

    private static final int SHOWN = 160;

    private Comparison() {}

    /** The differences that no {@link AllowedDifference} explains. */
    static List<String> differences(Transcript direct, Transcript through) {
        List<String> differences = new ArrayList<>();
        Transcript expected = AllowedDifference.expected(direct);
        compare("requests", expected.seen(),
                through.seen().stream().map(AllowedDifference::withoutHop).toList(), differences);
        compare("answers", direct.got().stream().map(AllowedDifference::withoutHop).toList(),
                through.got().stream().map(AllowedDifference::withoutHop).toList(), differences);
        if (!expected.end().equals(through.end())) {
            differences.add("the connection: expected " + shown(expected.end()) + ", got " + shown(through.end()));
        } else if (!isAnnounced(direct, through)) {
            differences.add("the connection: " + through.end() + ", but the last answer says " + shown(through.got().getLast().fields().toString()));
        }
        return differences;
    }

    /** Whether the client could tell from its last answer what becomes of its connection (RFC 9112, 9.3). */
    private static boolean isAnnounced(Transcript direct, Transcript through) {
        if (direct.seen().isEmpty() || through.got().isEmpty()) {
            return true;
        }
        Message answer = through.got().getLast();
        List<String> options = answer.elements("connection");
        return switch (through.end()) {
            case "closed" -> options.contains("close");
            case "kept" -> !options.contains("close") && (options.contains("keep-alive")
                    || !AllowedDifference.isOld(direct.seen().getLast()) && !answer.start().startsWith("HTTP/1.0 "));
            default -> true;
        };
    }

    private static void compare(String what, List<Message> expected, List<Message> actual, List<String> differences) {
        if (expected.size() != actual.size()) {
            differences.add(what + ": directly " + expected.size() + ", through the daemon " + actual.size());
            return;
        }
        for (int index = 0; index < expected.size(); index++) {
            Message wanted = expected.get(index);
            Message is = actual.get(index);
            if (!wanted.start().equals(is.start())) {
                differences.add(what + ", first line: expected " + shown(wanted.start()) + ", got " + shown(is.start()));
            }
            if (!wanted.fields().equals(is.fields())) {
                differences.add(what + ", fields: expected " + shown(wanted.fields().toString()) + ", got " + shown(is.fields().toString()));
            }
            if (!wanted.body().equals(is.body())) {
                differences.add(what + ", body: expected " + shown(wanted.body()) + ", got " + shown(is.body()));
            }
        }
    }

    private static String shown(String text) {
        String line = text.replace("\r", "\\r").replace("\n", "\\n");
        return "'" + (line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "'... of " + line.length()) + "'";
    }
}
