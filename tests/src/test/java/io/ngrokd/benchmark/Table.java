package io.ngrokd.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The results as a table of Markdown, and what the processors did meanwhile as a second one. */
final class Table {

    private static final List<String> PROCESSES = List.of("forwarder", "cloud", "load", "others");

    private Table() {}

    static String of(List<Result> results) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("row", "unit", "HAProxy", "ngrokd", "ratio", "goal", "met", "spread HAProxy / ngrokd"));
        for (Result result : results) {
            Row row = result.row();
            lines.add(List.of(row.title(), row.unit(),
                    row.rival().map(rival -> number(result.median(rival))).orElse("-"),
                    number(result.median(Contender.NGROKD)),
                    result.ratio().isPresent() ? String.format(Locale.ROOT, "%.2f", result.ratio().getAsDouble()) : "-",
                    row.goal().toString(), result.isMet() ? "yes" : "no",
                    row.rival().map(rival -> spread(result, rival)).orElse("-") + " / " + spread(result, Contender.NGROKD)));
        }
        return render(lines);
    }

    /**
     * Processors kept busy, by process: 1.00 is one of them all the time. The forwarder's and the others' time for one unit
     * of a rate says more than the rate where the machine is busy with other things.
     */
    static String ofProcessors(List<Result> results) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("processors busy", "contender", "forwarder", "cloud", "load", "others", "forwarder us/unit", "cloud us/unit"));
        for (Result result : results) {
            result.runs().keySet().forEach(contender -> {
                List<String> line = new ArrayList<>(List.of(result.row().word(), contender.word()));
                PROCESSES.forEach(process -> line.add(result.processors(contender, process)
                        .map(share -> String.format(Locale.ROOT, "%.2f", share)).orElse("-")));
                line.add(result.cost(contender, "forwarder").map(Table::number).orElse("-"));
                line.add(result.cost(contender, "cloud").map(Table::number).orElse("-"));
                lines.add(line);
            });
        }
        return render(lines);
    }

    /** Three digits that say something. */
    static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String spread(Result result, Contender contender) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * Statistics.spread(result.values(contender)));
    }

    private static String render(List<List<String>> lines) {
        int[] widths = IntStream.range(0, lines.getFirst().size())
                .map(column -> lines.stream().mapToInt(line -> line.get(column).length()).max().orElseThrow()).toArray();
        List<String> text = new ArrayList<>(lines.stream().map(line -> IntStream.range(0, widths.length)
                .mapToObj(column -> (line.get(column) + " ".repeat(widths[column])).substring(0, widths[column]))
                .collect(Collectors.joining(" | ", "| ", " |"))).toList());
        text.add(1, IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |")));
        return String.join("\n", text) + "\n";
    }
}
