package io.ngrokd.benchmark;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The command line. */
@Command(name = "tests/benchmark.sh", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures the daemon of a zip beside HAProxy, both against the same local cloud.")
final class Options {

    @Option(names = "--rows", split = ",", paramLabel = "ROW", converter = RowConverter.class,
            description = "Only these, separated by commas: ${COMPLETION-CANDIDATES}.", completionCandidates = RowWords.class)
    List<Row> rows = Arrays.asList(Row.values());

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each contender, in turns (default: 5).")
    int runs = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of a run (default: 5).")
    int seconds = 5;

    @Option(names = "--warm-up", paramLabel = "S", description = "Longest warm-up of a contender before a row; it ends when nothing gets faster (default: 60).")
    int warmUp = 60;

    @Option(names = "--quiet", paramLabel = "S", description = "How long a row waits, in all, for moments in which nothing else keeps the machine busy; disturbed runs are repeated meanwhile (default: 30).")
    int quiet = 30;

    @Option(names = "--zip", paramLabel = "FILE", description = "The zip to measure, or a folder that is one unpacked (default: this build's).")
    Path zip = Path.of(System.getProperty("benchmark.zip", "ngrokd.zip"));

    @Option(names = "--daemon-opts", paramLabel = "OPTIONS", description = "Further options for the daemon's Java, such as \"-Xmx1g\".")
    String daemonOptions = "";

    @Option(names = "--jfr", description = "Record each row's measured part in the daemon with Java Flight Recorder.")
    boolean jfr;

    @Option(names = "--output", paramLabel = "FOLDER", description = "Where the report, logs and recordings go (default: tests/target/benchmark).")
    Path output = Path.of(System.getProperty("benchmark.output", "benchmark"));

    /** @throws CommandLine.ParameterException when a number is out of range */
    void check(CommandLine commandLine) {
        within(commandLine, "--runs", runs, 1, 100);
        within(commandLine, "--seconds", seconds, 1, 600);
        within(commandLine, "--warm-up", warmUp, 1, 600);
        within(commandLine, "--quiet", quiet, 0, 7200);
    }

    private static void within(CommandLine commandLine, String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new CommandLine.ParameterException(commandLine, option + " is " + value + "; it may be " + least + " to " + most);
        }
    }

    private static final class RowConverter implements ITypeConverter<Row> {
        @Override
        public Row convert(String word) {
            return Row.of(word).orElseThrow(() -> new TypeConversionException(
                    "unknown row '" + word + "'; there are " + String.join(", ", Row.words())));
        }
    }

    private static final class RowWords implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Row.words().iterator();
        }
    }
}
