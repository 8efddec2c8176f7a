package io.ngrokd.kernel.plan;

import io.ngrokd.api.event.Change;
import io.ngrokd.kernel.plan.EndpointMove.Fate;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as people read it, a diff: {@code +} comes, {@code -} goes, {@code ~} becomes another, {@code !} cannot be had; {@code @@}
 * before each section.
 */
public final class PlanText {

    private static final int MOST_ENDPOINTS = 200;

    private PlanText() {}

    /** The lines, without line ends or colours. */
    public static List<String> lines(SystemPlan plan) {
        List<String> lines = new ArrayList<>();
        if (!plan.changedKeys().isEmpty()) {
            lines.add("Changed in the config: " + String.join(", ", plan.changedKeys()));
        }
        for (Section section : plan.sections()) {
            if (!section.changes().isEmpty() || section.problem().isPresent()) {
                section(section, lines);
            }
        }
        endpoints(plan, lines);
        if (!plan.needsRestart().isEmpty()) {
            lines.add("Needs a restart of ngrokd to count: " + String.join(", ", plan.needsRestart()));
        }
        plan.notes().forEach(note -> lines.add("Note: " + note));
        if (!plan.changesSomething()) {
            lines.add("Nothing would change on this machine.");
        }
        return lines;
    }

    private static void section(Section section, List<String> lines) {
        lines.add("@@ " + section.role().title() + (section.backend().isEmpty() ? "" : ": " + section.backend())
                + (section.goes() ? ", which goes" : "") + (section.estimated() ? " (estimated, since it cannot say)" : "") + " @@");
        section.changes().forEach(change -> lines.add(line(change)));
        section.problem().ifPresent(why -> lines.add("! " + why));
        section.note().ifPresent(note -> lines.add("  " + note));
    }

    private static String line(Change change) {
        String sign = switch (change.action()) {
            case ADD -> "+ ";
            case REMOVE -> "- ";
            case CHANGE -> "~ ";
            case BLOCKED -> "! ";
        };
        return sign + change.line() + change.note().map(note -> "   (" + note + ")").orElse("");
    }

    private static void endpoints(SystemPlan plan, List<String> lines) {
        List<EndpointMove> told = plan.endpoints().stream().filter(move -> move.fate() != Fate.KEPT).toList();
        if (!told.isEmpty()) {
            lines.add("@@ endpoints @@");
            told.stream().limit(MOST_ENDPOINTS).forEach(move -> lines.add(line(move, plan.drain())));
            if (told.size() > MOST_ENDPOINTS) {
                lines.add("  and " + (told.size() - MOST_ENDPOINTS) + " more; --json has them all");
            }
        }
        long kept = plan.endpoints().size() - told.size();
        if (kept > 0 && plan.changesSomething()) {
            lines.add(kept + (kept == 1 ? " endpoint keeps its place and its connections." : " endpoints keep their places and their connections."));
        }
    }

    private static String line(EndpointMove move, String drain) {
        return switch (move.fate()) {
            case ADDED -> "+ " + move.endpoint() + " at " + move.to().orElse("");
            case REMOVED -> "- " + move.endpoint() + " at " + move.from().orElse("") + connections(move, drain)
                    + (move.reason().isEmpty() ? "" : "   (" + move.reason() + ")");
            case REBOUND -> "~ " + move.endpoint() + (move.from().equals(move.to()) ? " is bound anew at " + move.to().orElse("")
                    : " moves from " + move.from().orElse("") + " to " + move.to().orElse("")) + connections(move, drain);
            case UNSERVED -> "! " + move.endpoint() + "   (" + move.reason() + ")";
            case KEPT -> "  " + move.endpoint();
        };
    }

    private static String connections(EndpointMove move, String drain) {
        if (move.connections() == 0) {
            return "";
        }
        String count = move.connections() + (move.connections() == 1 ? " connection" : " connections");
        return move.cutOff() ? "; " + count + " must end within " + drain : "; " + count + " may stay";
    }
}
