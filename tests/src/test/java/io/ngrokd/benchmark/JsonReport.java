package io.ngrokd.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything that was measured, for programs. */
final class JsonReport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    /** @param circumstances what ran where, by name */
    static void write(Path file, Map<String, String> circumstances, List<Result> results) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(of(circumstances, results)) + "\n");
    }

    static ObjectNode of(Map<String, String> circumstances, List<Result> results) {
        ObjectNode report = JSON.createObjectNode();
        ObjectNode about = report.putObject("circumstances");
        circumstances.forEach(about::put);
        for (Result result : results) {
            ObjectNode row = report.withArray("rows").addObject();
            row.put("row", result.row().word()).put("title", result.row().title()).put("unit", result.row().unit())
                    .put("goal", result.row().goal().value()).put("goal_is_ratio", result.row().goal().relative())
                    .put("higher_is_better", result.row().goal().higherIsBetter()).put("met", result.isMet());
            result.ratio().ifPresent(ratio -> row.put("ratio", ratio));
            result.runs().forEach((contender, runs) -> contender(row.withObjectProperty("contenders").putObject(contender.word()), result, contender, runs));
        }
        return report;
    }

    private static void contender(ObjectNode node, Result result, Contender contender, List<Measurement> runs) {
        node.put("median", result.median(contender)).put("spread", Statistics.spread(result.values(contender)));
        for (Measurement run : runs) {
            ObjectNode one = node.withArray("runs").addObject().put("value", run.value());
            run.processors().forEach(one.putObject("processors")::put);
            if (!run.details().isEmpty()) {
                run.details().forEach(one.putObject("details")::put);
            }
        }
    }
}
