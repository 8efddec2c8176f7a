package io.ngrokd.ctl;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.output.FactBlock;
import io.ngrokd.ctl.output.Paint;
import io.ngrokd.ctl.output.Table;
import io.ngrokd.ctl.output.Table.Cell;
import io.ngrokd.ctl.output.Terminal;
import io.ngrokd.ctl.output.Times;
import java.util.List;
import java.util.function.Consumer;

/** The health page in words. */
final class HealthText {

    private final Terminal terminal;
    private final Times times;

    HealthText(Terminal terminal, Times times) {
        this.terminal = terminal;
        this.times = times;
    }

    void print(Fields health, Consumer<String> lines) {
        FactBlock facts = new FactBlock(terminal);
        verdict(facts, "healthy", health);
        verdict(facts, "ready", health);
        health.text("start_time").flatMap(Times::parse).ifPresentOrElse(
                start -> facts.add("up", times.since(start) + ", since " + times.date(start)),
                () -> health.text("uptime").ifPresent(uptime -> facts.add("up", uptime)));
        facts.lines().forEach(lines);
        List<Fields> endpoints = health.object("endpoints").values();
        if (!endpoints.isEmpty()) {
            lines.accept("");
            table(endpoints).print(lines);
        }
    }

    private static void verdict(FactBlock facts, String name, Fields health) {
        boolean good = health.flag(name).orElse(false);
        facts.add(name, good ? "yes" : "no", good ? Paint.GOOD : Paint.BAD);
    }

    private Table table(List<Fields> endpoints) {
        Table table = new Table(terminal, 0, List.of("ENDPOINT", "HERE AT", "ACTIVE", "OPEN/ALL", "ERRORS", "LAST USED"));
        for (Fields endpoint : endpoints) {
            boolean active = endpoint.flag("active").orElse(false);
            long errors = endpoint.number("errors").orElse(0);
            table.row(List.of(
                    Cell.of(endpoint.text("target_uri").or(() -> endpoint.text("name")).orElse("?")),
                    Cell.of(endpoint.text("local_address").orElse("-")),
                    new Cell(active ? "yes" : "no", active ? Paint.GOOD : Paint.BAD),
                    Cell.of(endpoint.number("connections").orElse(0) + "/" + endpoint.number("total_connections").orElse(0)),
                    new Cell(String.valueOf(errors), errors > 0 ? Paint.DOUBTFUL : Paint.PLAIN),
                    Cell.of(endpoint.text("last_activity").flatMap(Times::parse).map(times::relative).orElse("never"))),
                    List.of());
        }
        return table;
    }
}
