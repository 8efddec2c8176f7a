package io.ngrokd.ctl;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.output.Paint;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.output.Table;
import io.ngrokd.ctl.output.Table.Cell;
import io.ngrokd.ctl.output.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The endpoints as a table, the reasons below those that have trouble. */
final class ListText {

    private final Terminal terminal;

    private final boolean wide;

    /**
     * @param wide whether to show what most do not need
     */
    ListText(Terminal terminal, boolean wide) {
        this.terminal = terminal;
        this.wide = wide;
    }

    void print(List<Fields> endpoints, Consumer<String> lines) {
        // The Go daemon counts no connections: then there is no such column.
        boolean counted = endpoints.stream().anyMatch(endpoint -> endpoint.has("total_connections"));
        List<String> headings = new ArrayList<>(List.of("ENDPOINT", "HERE AT", "STATE"));
        if (counted) {
            headings.add("OPEN/ALL");
        }
        if (wide) {
            headings.addAll(List.of("PROTOCOL", "LISTENS ON", "IDS"));
        }
        Table table = new Table(terminal, 0, headings);
        Map<String, Integer> states = new TreeMap<>();
        for (Fields endpoint : endpoints) {
            String state = state(endpoint);
            states.merge(state, 1, Integer::sum);
            List<Cell> cells = new ArrayList<>(List.of(
                    Cell.of(name(endpoint)), Cell.of(place(endpoint)), new Cell(state, Paint.ofState(state))));
            if (counted) {
                cells.add(Cell.of(endpoint.number("connections").orElse(0) + "/" + endpoint.number("total_connections").orElse(0)));
            }
            if (wide) {
                List<String> ids = endpoint.texts("ids");
                cells.add(Cell.of(endpoint.text("protocol").orElse("-")));
                cells.add(Cell.of(endpoint.text("listen_interface").orElse("-")));
                cells.add(Cell.of(ids.isEmpty() ? endpoint.text("id").orElse("-") : String.join(" ", ids)));
            }
            table.row(cells, notes(endpoint, state));
        }
        table.print(lines);
        lines.accept("");
        lines.accept(summary(endpoints.size(), states));
    }

    private static String name(Fields endpoint) {
        return endpoint.text("url").orElseGet(() ->
                endpoint.text("hostname").orElse("?") + endpoint.text("port").map(port -> ":" + port).orElse(""));
    }

    /** The address that a program on this machine connects to; in network mode the shared port, on the address of the interface. */
    private static String place(Fields endpoint) {
        OptionalLong shared = endpoint.number("network_port");
        if (shared.isPresent() && shared.getAsLong() > 0) {
            String where = endpoint.text("listen_interface").orElse("");
            boolean isAddress = where.matches("[0-9.]+");
            return (isAddress ? where : endpoint.text("ip").orElse(where)) + ":" + shared.getAsLong();
        }
        return endpoint.text("ip")
                .map(ip -> (ip.contains(":") ? "[" + ip + "]" : ip) + endpoint.text("port").map(port -> ":" + port).orElse(""))
                .orElse("-");
    }

    private static String state(Fields endpoint) {
        return endpoint.text("state").orElse(endpoint.flag("local_listener").orElse(false) ? "ready" : "not listening");
    }

    private static List<Cell> notes(Fields endpoint, String state) {
        List<Cell> notes = new ArrayList<>();
        endpoint.text("reason").ifPresent(reason -> notes.add(new Cell(reason, Paint.ofState(state))));
        endpoint.text("last_error").ifPresent(error -> {
            long errors = endpoint.number("errors").orElse(0);
            notes.add(new Cell((errors > 1 ? Prose.count(errors, "error") + ", the last: " : "last error: ") + error, Paint.DOUBTFUL));
        });
        return notes;
    }

    private static String summary(int all, Map<String, Integer> states) {
        List<String> parts = new ArrayList<>();
        states.forEach((state, number) -> parts.add(number + " " + Prose.clean(state)));
        return Prose.count(all, "endpoint") + ": " + String.join(", ", parts);
    }
}
