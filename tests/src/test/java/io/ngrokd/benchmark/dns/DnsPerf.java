package io.ngrokd.benchmark.dns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run of dnsperf.
 *
 * @param perSecond queries answered in a second
 * @param lost queries without an answer
 */
record DnsPerf(double perSecond, long lost) {

    private static final String CLIENTS = "8";
    private static final Pattern RATE = Pattern.compile("Queries per second:\\s+([0-9.]+)");
    private static final Pattern LOST = Pattern.compile("Queries lost:\\s+([0-9]+)");
    private static final Pattern FAILED = Pattern.compile("Response codes:(?!.*NOERROR [0-9]+ \\(100.00%\\))(.*)");

    static DnsPerf run(int port, Path queries, int seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("dnsperf", "-s", "127.0.0.1", "-p", String.valueOf(port), "-d", queries.toString(),
                "-c", CLIENTS, "-l", String.valueOf(seconds))).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(said);
        Matcher lost = LOST.matcher(said);
        if (process.waitFor() != 0 || !rate.find() || !lost.find() || FAILED.matcher(said).find()) {
            throw new IOException("dnsperf did not measure, or not every answer was right:\n" + said);
        }
        return new DnsPerf(Double.parseDouble(rate.group(1)), Long.parseLong(lost.group(1)));
    }
}
