package io.ngrokd.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What the benchmark makes of its numbers. */
class ReportTest {

    @Test
    void theMedianIsTheMiddleOne() {
        assertEquals(3, Statistics.median(List.of(9.0, 1.0, 3.0)));
        assertEquals(2.5, Statistics.median(List.of(4.0, 1.0, 2.0, 3.0)));
        assertThrows(IllegalArgumentException.class, () -> Statistics.median(List.of()));
    }

    @Test
    void theSpreadIsFromTheLeastToTheMost() {
        assertEquals(0.5, Statistics.spread(List.of(10.0, 8.0, 13.0)));
        assertEquals(0, Statistics.spread(List.of(7.0)));
    }

    @Test
    void aWarmUpEndsWhenNothingGetsFaster() {
        assertFalse(Statistics.isSteady(List.of(1.0, 1.0, 1.0), 3, true), "too short to tell");
        assertFalse(Statistics.isSteady(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), 3, true));
        assertTrue(Statistics.isSteady(List.of(1.0, 5.0, 6.0, 6.0, 6.1, 5.9), 3, true));
        assertFalse(Statistics.isSteady(List.of(9.0, 8.0, 7.0, 6.0, 5.0, 4.0), 3, false));
        assertTrue(Statistics.isSteady(List.of(9.0, 4.0, 4.0, 4.0, 4.0, 4.0), 3, false));
    }

    @Test
    void aGoalIsMetOnItsOwnSide() {
        assertTrue(Goal.atLeast(1.1).isMet(1.1) && !Goal.atLeast(1.1).isMet(1.09));
        assertTrue(Goal.atMost(0.85).isMet(0.85) && !Goal.atMost(0.85).isMet(0.86));
        assertTrue(Goal.absolute(2).isMet(2.06) && !Goal.absolute(2).isMet(2.2), "2.06 round trips are two and the clock's own time");
        assertEquals(">= 1.10 x", Goal.atLeast(1.1).toString());
        assertEquals("<= 2", Goal.absolute(2).toString());
    }

    @Test
    void theRatioIsThatOfTheMedians() {
        Result result = result(Row.KEEP_ALIVE, Contender.HAPROXY, new double[] {100, 90, 200}, new double[] {120, 80, 150});
        assertEquals(1.2, result.ratio().orElseThrow());
        assertTrue(result.isMet());
        assertEquals(0.5, result.processors(Contender.NGROKD, "forwarder").orElseThrow());
        assertEquals(0.5e6 / 120, result.cost(Contender.NGROKD, "forwarder").orElseThrow(), 1e-6);
    }

    @Test
    void aRowWithoutRivalHasNoRatio() {
        Result result = result(Row.FIRST_BYTE_HTTP, null, new double[0], new double[] {4.1});
        assertTrue(result.ratio().isEmpty());
        assertFalse(result.isMet());
        assertTrue(Table.of(List.of(result)).contains("| -       | 4.10   | -     | <= 1 | no  | - / 0 % "), Table.of(List.of(result)));
    }

    @Test
    void theTableHasALineForEachRow() {
        String table = Table.of(List.of(result(Row.PING_PONG, Contender.HAPROXY, new double[] {100}, new double[] {80}),
                result(Row.DOWNLOAD, Contender.HAPROXY, new double[] {1234}, new double[] {1000})));
        List<String> lines = table.lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(2).matches("\\| 64-byte.* \\| us +\\| 100 +\\| 80.0 +\\| 0.80 +\\| <= 0.85 x \\| yes \\|.*"), table);
        assertTrue(lines.get(3).matches("\\| download.* \\| MiB/s \\| 1,234 +\\| 1,000 +\\| 0.81 +\\| >= 1.50 x \\| no +\\|.*"), table);
        assertEquals(1, lines.stream().map(String::length).distinct().count(), "columns are straight");
    }

    @Test
    void theJsonHasEveryRun() {
        JsonNode report = JsonReport.of(Map.of("machine", "this"), List.of(
                result(Row.PING_PONG, Contender.HAPROXY, new double[] {100, 110}, new double[] {80, 90})));
        assertEquals("this", report.at("/circumstances/machine").asText());
        JsonNode row = report.at("/rows/0");
        assertEquals("ping-pong", row.path("row").asText());
        assertEquals(85, row.at("/contenders/ngrokd/median").asDouble());
        assertEquals(110, row.at("/contenders/haproxy/runs/1/value").asDouble());
        assertEquals(0.5, row.at("/contenders/haproxy/runs/1/processors/forwarder").asDouble());
        assertTrue(row.path("met").isBoolean());
    }

    @Test
    void theCommandLineNamesRows() {
        Options options = CommandLine.populateCommand(new Options(), "--rows", "memory,tcp-connections", "--runs", "3", "--zip", "a.zip");
        assertEquals(List.of(Row.MEMORY, Row.TCP_CONNECTIONS), options.rows);
        assertEquals(3, options.runs);
        assertEquals(Path.of("a.zip"), options.zip);
        assertEquals(List.of(Row.values()), new Options().rows);
        String unknown = assertThrows(CommandLine.ParameterException.class,
                () -> CommandLine.populateCommand(new Options(), "--rows", "upload")).getMessage();
        assertTrue(unknown.contains("unknown row 'upload'; there are download, ping-pong"), unknown);
    }

    @Test
    void aNumberOutOfRangeIsRefusedByName() {
        CommandLine commandLine = new CommandLine(new Options());
        commandLine.parseArgs("--runs", "0");
        String refused = assertThrows(CommandLine.ParameterException.class,
                () -> ((Options) commandLine.getCommand()).check(commandLine)).getMessage();
        assertEquals("--runs is 0; it may be 1 to 100", refused);
    }

    private static Result result(Row row, Contender rival, double[] rivals, double[] ours) {
        Map<Contender, List<Measurement>> runs = new EnumMap<>(Contender.class);
        runs.put(Contender.NGROKD, measurements(ours));
        if (rival != null) {
            runs.put(rival, measurements(rivals));
        }
        return new Result(row, runs);
    }

    private static List<Measurement> measurements(double[] values) {
        return DoubleStream.of(values).mapToObj(value -> new Measurement(value, Map.of("forwarder", 0.5), Map.of())).toList();
    }
}
