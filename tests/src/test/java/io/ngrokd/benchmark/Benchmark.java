package io.ngrokd.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Runs the rows, each contender in turn, and reports. */
public final class Benchmark {

    private static final AtomicBoolean STOPPED = new AtomicBoolean();

    private final Options options;
    private final Lab lab;
    private final Measuring measuring;

    private Benchmark(Options options, Lab lab) {
        this.options = options;
        this.lab = lab;
        this.measuring = new Measuring(lab, options);
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options();
        CommandLine commandLine = new CommandLine(options);
        try {
            commandLine.parseArgs(arguments);
            if (CommandLine.printHelpIfRequested(commandLine.getParseResult())) {
                return;
            }
            options.check(commandLine);
        } catch (CommandLine.ParameterException wrong) {
            System.err.println("tests/benchmark.sh: " + wrong.getMessage());
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(run(options));
    }

    private static int run(Options options) throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("ngrokd-bench");
            AtomicReference<Lab> opened = new AtomicReference<>();
            // However this ends, and in this order.
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                STOPPED.set(true);
                Optional.ofNullable(opened.get()).ifPresent(Lab::close);
                delete(folder);
            }));
            Lab lab = Lab.open(options, folder);
            opened.set(lab);
            lab.start();
            new Benchmark(options, lab).rows();
            return CommandLine.ExitCode.OK;
        } catch (IOException failed) {
            if (STOPPED.get()) {
                // The programs went away under our hands; that is no failure.
                return CommandLine.ExitCode.SOFTWARE;
            }
            System.err.println("tests/benchmark.sh: " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void rows() throws IOException, InterruptedException {
        Map<String, String> circumstances = circumstances();
        circumstances.forEach((name, value) -> System.out.println(name + ": " + value));
        List<Result> results = new ArrayList<>();
        Path report = options.output.resolve("benchmark.json");
        for (Row row : options.rows) {
            results.add(row(row));
            JsonReport.write(report, circumstances, results);
        }
        System.out.println("\n" + Table.of(results) + "\n" + Table.ofProcessors(results) + "\nreport: " + report.toAbsolutePath().normalize());
    }

    private Result row(Row row) throws IOException, InterruptedException {
        System.out.println("\n" + row.word() + ": " + row.title());
        lab.distant(row.isDistant());
        List<Contender> contenders = Stream.concat(Stream.of(Contender.NGROKD), row.rival().stream()).toList();
        for (Contender contender : contenders) {
            say(contender, "warm-up", measuring.warmUp(row, contender));
        }
        Recording recording = options.jfr && !row.isMemory()
                ? Recording.start(lab.forwarder(Contender.NGROKD), options.output.resolve(row.word() + ".jfr")) : null;
        Map<Contender, List<Measurement>> runs = new EnumMap<>(Contender.class);
        for (int run = 1; run <= options.runs; run++) {
            for (Contender contender : contenders) {
                Measurement measurement = measuring.undisturbed(row, contender);
                runs.computeIfAbsent(contender, _ -> new ArrayList<>()).add(measurement);
                say(contender, "run " + run, Table.number(measurement.value()) + " " + row.unit() + "  busy " + shares(measurement)
                        + (measurement.details().isEmpty() ? "" : " " + measurement.details()));
            }
        }
        if (recording != null) {
            recording.stop();
        }
        return new Result(row, runs);
    }

    private static void say(Contender contender, String when, String what) {
        System.out.printf("  %-12s %-8s %s%n", contender.word(), when, what);
    }

    private static String shares(Measurement measurement) {
        StringBuilder text = new StringBuilder();
        measurement.processors().forEach((name, share) -> text.append(String.format(Locale.ROOT, "%s %.2f ", name, share)));
        return text.toString().strip();
    }

    private Map<String, String> circumstances() throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", Runtime.getRuntime().availableProcessors() + " x " + Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name")).findFirst().map(line -> line.replaceFirst(".*: ", "")).orElse("unknown"));
        facts.put("kernel", System.getProperty("os.version"));
        facts.put("java", System.getProperty("java.runtime.version"));
        facts.put("haproxy", firstLine("haproxy", "-v"));
        facts.put("zip", options.zip.toString());
        facts.put("daemon options", options.daemonOptions);
        facts.put("runs", options.runs + " of " + options.seconds + " s");
        return facts;
    }

    private static String firstLine(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var lines = process.inputReader().lines()) {
            return lines.toList().stream().findFirst().orElse("unknown");
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException stays) {
            System.err.println("not deleted: " + folder + ": " + stays);
        }
    }
}
