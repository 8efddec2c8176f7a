package io.ngrokd.benchmark.dns;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@code DnsBenchmark FOLDER RUNS SECONDS}: measures, prints a table and writes {@code FOLDER/dns-benchmark.json}. */
final class DnsBenchmark {

    private static final int EXACT = 1_000;
    private static final int WARM_UPS = 4;
    private static final int FEW = 5;
    private static final int MANY = 5_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final int runs;
    private final int seconds;
    private final List<Process> processes = new ArrayList<>();
    private final ObjectNode report = JSON.createObjectNode();

    private DnsBenchmark(Path folder, int runs, int seconds) {
        this.folder = folder;
        this.runs = runs;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        DnsBenchmark benchmark = new DnsBenchmark(folder, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
        try {
            benchmark.run();
        } finally {
            for (Process process : benchmark.processes) {
                process.destroy();
                process.waitFor(10, TimeUnit.SECONDS);
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        report.put("processors", Runtime.getRuntime().availableProcessors()).put("runs", runs).put("seconds", seconds);
        Names same = Names.write(folder, "thousand", EXACT, EXACT);
        compare("ngrokd beside dnsmasq, " + EXACT + " exact names and " + EXACT + " wildcards",
                "ngrokd", ours(same), same, "dnsmasq", dnsmasq(same), same);
        Names few = Names.write(folder, "few", FEW, FEW);
        Names many = Names.write(folder, "many", MANY, MANY);
        compare("ngrokd, 10,000 names beside 10", "10,000 names", ours(many), many, "10 names", ours(few), few);
        Files.writeString(folder.resolve("dns-benchmark.json"), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
    }

    /** In turns: what else the machine does hits both. */
    private void compare(String title, String first, int firstPort, Names firstNames, String second, int secondPort, Names secondNames)
            throws IOException, InterruptedException {
        for (int run = 0; run < WARM_UPS; run++) {
            DnsPerf.run(firstPort, firstNames.queries(), seconds);
            DnsPerf.run(secondPort, secondNames.queries(), seconds);
        }
        Map<String, List<DnsPerf>> measured = new LinkedHashMap<>();
        measured.put(first, new ArrayList<>());
        measured.put(second, new ArrayList<>());
        List<Double> ratios = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            boolean isFirstFirst = run % 2 == 0;
            DnsPerf before = isFirstFirst ? DnsPerf.run(firstPort, firstNames.queries(), seconds)
                    : DnsPerf.run(secondPort, secondNames.queries(), seconds);
            DnsPerf after = isFirstFirst ? DnsPerf.run(secondPort, secondNames.queries(), seconds)
                    : DnsPerf.run(firstPort, firstNames.queries(), seconds);
            DnsPerf one = isFirstFirst ? before : after;
            DnsPerf other = isFirstFirst ? after : before;
            measured.get(first).add(one);
            measured.get(second).add(other);
            ratios.add(one.perSecond() / other.perSecond());
        }
        ObjectNode row = report.withArray("rows").addObject().put("title", title).put("ratio", median(ratios));
        ratios.forEach(row.withArray("ratios")::add);
        System.out.printf("%n%s%n%-14s %12s %12s %12s %8s%n", title, "", "median q/s", "least", "most", "lost");
        measured.forEach((name, results) -> print(row, name, results));
        System.out.printf("ratio %.2f (median of %d pairs, %.2f to %.2f)%n", median(ratios), runs,
                ratios.stream().min(Double::compare).orElseThrow(), ratios.stream().max(Double::compare).orElseThrow());
    }

    private static void print(ObjectNode row, String name, List<DnsPerf> results) {
        List<Double> rates = results.stream().map(DnsPerf::perSecond).sorted().toList();
        long lost = results.stream().mapToLong(DnsPerf::lost).sum();
        System.out.printf("%-14s %12.0f %12.0f %12.0f %8d%n", name, median(rates), rates.getFirst(), rates.getLast(), lost);
        ObjectNode node = row.withArray("contenders").addObject().put("name", name).put("median", median(rates)).put("lost", lost);
        rates.forEach(node.withArray("queries_per_second")::add);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private int ours(Names names) throws IOException {
        int port = freePort();
        Process process = start("ngrokd-" + port, List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:+UseSerialGC", "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"),
                DnsServerMain.class.getName(), String.valueOf(port), names.names().toString()), false);
        try (InputStream out = process.getInputStream()) {
            String said = new String(out.readNBytes(5), StandardCharsets.UTF_8);
            if (!said.equals("ready")) {
                throw new IOException("our server did not start, see " + folder);
            }
        }
        return port;
    }

    private int dnsmasq(Names names) throws IOException, InterruptedException {
        int port = freePort();
        Process process = start("dnsmasq-" + port,
                List.of("dnsmasq", "--keep-in-foreground", "--port=" + port, "--conf-file=" + names.dnsmasq()), true);
        if (process.waitFor(1, TimeUnit.SECONDS)) {
            throw new IOException("dnsmasq did not start, see " + folder);
        }
        return port;
    }

    private Process start(String name, List<String> command, boolean isSilent) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(folder.resolve(name + ".log").toFile());
        if (isSilent) {
            builder.redirectOutput(folder.resolve(name + ".out").toFile());
        }
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
