package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client that stops reading in the middle of a big transfer: the daemon stops too, and its memory does not grow. The
 * transfer is 512 MB; with {@code -Dstall.megabytes=10240} it is 10 GB.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StallIT {

    private static final long MEGABYTE = 1 << 20;
    private static final long SIZE = Long.getLong("stall.megabytes", 512) * MEGABYTE;
    private static final long BEFORE_THE_STALL = 8 * MEGABYTE;
    /** What the client's receive buffer, the system's send buffer (4 MB at most, as a rule) and our own hold. */
    private static final long MOST_UNDER_WAY = 8 * MEGABYTE;
    /** Of the resident set: what the first transfer of a process costs in code and buffers. */
    private static final long MOST_GROWTH = 64 * MEGABYTE;
    private static final Pattern RECEIVED = Pattern.compile("(?m)^(\\d+) .*\\n.* bytes_received:(\\d+)");
    private static final int LOOKS_WITHOUT_A_CHANGE = 20;

    private Machine machine;
    private Daemon daemon;

    @BeforeAll
    void serve() throws Exception {
        machine = Machine.open(StallIT.class).asShipped();
        Cloud cloud = Cloud.start(machine, "http://hello.demo", "{url: \"tcp://raw.demo:7001\", backend: http}");
        daemon = machine.daemon("daemon").of(cloud).start();
        daemon.awaitServed("http://hello.demo", "tcp://raw.demo:7001");
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"hello.demo, 80", "raw.demo, 7001"})
    void aClientThatDoesNotReadStopsTheTransferAndCostsNoMemory(String host, int port) throws Exception {
        try (Connection warmUp = Connection.open(machine, host, port)) {
            warmUp.get(host, "/bytes/" + 32 * MEGABYTE).read(32 * MEGABYTE);
        }
        daemon.await("the first one is over", () -> received() == 0);
        long memoryBefore = residentSet();
        try (Connection client = Connection.open(machine, host, port)) {
            client.get(host, "/bytes/" + SIZE).read(BEFORE_THE_STALL - 1);
            long taken = takenOnceItStands();
            long memory = residentSet();
            System.out.printf("Stalled client of %s: read=%d MB taken=%.1f MB resident set: before=%d MB stalled=%d MB%n", host,
                    BEFORE_THE_STALL / MEGABYTE, (double) taken / MEGABYTE, memoryBefore / MEGABYTE, memory / MEGABYTE);
            assertTrue(taken < BEFORE_THE_STALL + MOST_UNDER_WAY, () -> taken + " bytes were taken from the ingress");
            assertTrue(memory < memoryBefore + MOST_GROWTH, () -> memoryBefore + " bytes before, " + memory + " stalled");

            long left = SIZE - BEFORE_THE_STALL;
            client.read(left);
            long memoryAfter = residentSet();
            System.out.printf("Then it took the rest: resident set: %d MB%n", memoryAfter / MEGABYTE);
            assertTrue(memoryAfter < memoryBefore + MOST_GROWTH, () -> memoryBefore + " bytes before, " + memoryAfter + " afterwards");
        }
        assertEquals(0, daemon.endpoint(port == 80 ? "http://hello.demo" : "tcp://raw.demo:7001").orElseThrow().path("errors").asInt());
    }

    /** What the daemon took from the ingress, when it takes no more for two seconds. */
    private long takenOnceItStands() throws Exception {
        long[] last = {-1};
        int[] same = {0};
        daemon.await("the transfer stands", () -> {
            long now = received();
            same[0] = now == last[0] ? same[0] + 1 : 0;
            last[0] = now;
            return same[0] >= LOOKS_WITHOUT_A_CHANGE;
        });
        return last[0];
    }

    /** What was read of the busiest connection to the ingress, without what the system keeps; 0 when there is none. */
    private long received() throws Exception {
        return RECEIVED.matcher(machine.run("ss", "-Htni", "state", "established", "dport", "=", ":" + Cloud.INGRESS_PORT).ok().output()).results()
                .mapToLong(found -> Long.parseLong(found.group(2)) - Long.parseLong(found.group(1))).filter(bytes -> bytes > MEGABYTE).max().orElse(0);
    }

    private long residentSet() throws IOException {
        String kilobytes = Files.readAllLines(Path.of("/proc", Long.toString(daemon.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:")).findFirst().orElseThrow().replaceAll("\\D", "");
        return Long.parseLong(kilobytes) * 1024;
    }
}
