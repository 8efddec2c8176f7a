package io.ngrokd.ctl;

import io.ngrokd.ctl.doctor.Hop;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.output.Checklist;
import io.ngrokd.ctl.output.Checklist.Mark;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.output.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A walk in words: a line for each hop, what to do below those that failed, and in the end all of it in one sentence. */
final class DoctorText {

    /** More is a list, and there is a command for that. */
    private static final int MOST_ENDPOINTS = 20;

    private final Terminal terminal;

    DoctorText(Terminal terminal) {
        this.terminal = terminal;
    }

    void print(Fields document, Consumer<String> lines) {
        List<Hop> hops = document.objects("hops").stream().map(Hop::of).toList();
        Checklist list = new Checklist(terminal);
        List<Hop> together = new ArrayList<>();
        for (Hop hop : hops) {
            // One failure may have many hops skipped, which is one fact.
            if (!together.isEmpty() && !(hop.state() == Hop.State.SKIPPED && hop.saw().equals(together.getFirst().saw()))) {
                skipped(list, together);
            }
            if (hop.state() == Hop.State.SKIPPED) {
                together.add(hop);
            } else {
                list.add(mark(hop.state()), hop.name(), hop.saw(), hop.mend());
            }
        }
        skipped(list, together);
        list.lines().forEach(lines);
        List<Fields> endpoints = document.objects("endpoints");
        if (!endpoints.isEmpty()) {
            lines.accept("");
            endpoints(endpoints, document.number("endpoint_count").orElse(endpoints.size())).lines().forEach(lines);
        }
        lines.accept("");
        lines.accept(summary(document, hops, endpoints, list));
    }

    private static void skipped(Checklist list, List<Hop> together) {
        if (together.size() == 1) {
            list.add(Mark.NONE, together.getFirst().name(), together.getFirst().saw(), "");
        } else if (!together.isEmpty()) {
            list.add(Mark.NONE, "skipped", String.join(", ", together.stream().map(Hop::name).toList()) + ": " + together.getFirst().saw(), "");
        }
        together.clear();
    }

    private Checklist endpoints(List<Fields> endpoints, long all) {
        Checklist list = new Checklist(terminal);
        for (Fields endpoint : endpoints.subList(0, Math.min(MOST_ENDPOINTS, endpoints.size()))) {
            Hop resolver = Hop.of(endpoint.object("resolver"));
            boolean ready = endpoint.text("state").filter("ready"::equals).isPresent();
            boolean good = endpoint.text("seen").filter("ok"::equals).isPresent();
            String place = endpoint.text("address").orElse("no address") + endpoint.number("listen_port").stream().filter(port -> port > 0)
                    .mapToObj(port -> ":" + port).findFirst().orElse("");
            String what = ready ? place : endpoint.text("reason").orElse("not ready");
            String key = endpoint.text("endpoint").orElse("NAME");
            list.add(good ? Mark.GOOD : Mark.BAD, endpoint.text("url").orElse("?"), good || !ready ? what : resolver.saw(),
                    good ? "" : "ngrokctl doctor " + (key.contains("*") ? "'" + key + "'" : key));
        }
        if (all > MOST_ENDPOINTS) {
            list.add(Mark.NONE, "and " + (all - MOST_ENDPOINTS) + " more", "see: ngrokctl list", "");
        }
        return list;
    }

    private static String summary(Fields document, List<Hop> hops, List<Fields> endpoints, Checklist list) {
        String subject = document.text("name").orElse(document.flag("no_daemon").orElse(false) ? "Without a daemon" : "This machine");
        long failed = document.number("failed").orElse(0);
        long warnings = document.number("warnings").orElse(0);
        if (failed == 0) {
            return warnings == 0 ? list.closing(Mark.GOOD, subject + ": all is well.")
                    : list.closing(Mark.DOUBTFUL, subject + ": it works, with " + Prose.count(warnings, "warning") + ".");
        }
        List<String> names = new ArrayList<>(hops.stream().filter(hop -> hop.state() == Hop.State.FAILED).map(Hop::name).toList());
        endpoints.stream().filter(endpoint -> endpoint.text("seen").filter("failed"::equals).isPresent())
                .forEach(endpoint -> names.add(endpoint.text("url").orElse("?")));
        String shown = String.join(", ", names.subList(0, Math.min(3, names.size()))) + (names.size() > 3 ? " and " + (names.size() - 3) + " more" : "");
        return list.closing(Mark.BAD, subject + ": failed: " + shown + (warnings == 0 ? "." : "; " + Prose.count(warnings, "warning") + "."));
    }

    private static Mark mark(Hop.State state) {
        return switch (state) {
            case OK -> Mark.GOOD;
            case WARNING -> Mark.DOUBTFUL;
            case FAILED -> Mark.BAD;
            case SKIPPED -> Mark.NONE;
        };
    }
}
