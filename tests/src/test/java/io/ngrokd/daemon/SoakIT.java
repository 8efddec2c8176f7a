package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.daemon.soak.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Mixed connections with random cuts leave nothing behind: no connection, no file descriptor, no buffer. A short form of it;
 * {@code -Dsoak.connections=200000} makes the whole, {@code -Dsoak.seed=N} another, {@code -Dsoak.native_cloud=true} one against a
 * local cloud on epoll and with BoringSSL, whose connections' directions end together.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SoakIT {

    private static final int CONNECTIONS = Integer.getInteger("soak.connections", 2_500);
    private static final long SEED = Long.getLong("soak.seed", 4);
    private static final boolean NATIVE_CLOUD = Boolean.getBoolean("soak.native_cloud");
    private static final int WARM_UP = 100;
    /** The connection to the API comes and goes, and an event loop's resolver opens its socket with the first name. */
    private static final int OPENED_LATER = 2;
    /** Every buffer is watched; only that each access is recorded is left away, which makes everything ten times slower. */
    private static final String LEAK_DETECTION =
            "-Dio.netty.leakDetection.level=paranoid -Dio.netty.leakDetection.acquireAndReleaseOnly=true";
    private static final String HTTP = "http://soak.demo";
    private static final String TLS = "https://soak-tls.demo";
    private static final String TCP = "tcp://soak-tcp.demo:7000";
    /** Of one connection each; there is none after the last connection. */
    private static final List<String> PER_CONNECTION = List.of("io.ngrokd.kernel.data.listen.ClientConnection",
            "io.ngrokd.kernel.data.http.HttpConversation", "io.ngrokd.kernel.data.relay.Relay");

    /** One for each buffer, TLS engine and TLS session that is not released yet. */
    private static final String TRACKED = "io.netty.util.ResourceLeakDetector$DefaultResourceLeak";
    /** Kept on purpose, to be resumed. */
    private static final String SESSION = "io.netty.handler.ssl.OpenSslSessionCache$NativeSslSession";

    private Machine machine;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(SoakIT.class).asShipped();
        String[] endpoints = {"{url: \"" + HTTP + "\", forward_to: \"127.0.0.1:7901\"}",
            "{url: \"" + TLS + "\", forward_to: \"127.0.0.1:7902\"}", "{url: \"" + TCP + "\", forward_to: \"127.0.0.1:7902\"}"};
        Cloud cloud = NATIVE_CLOUD ? Cloud.startNative(machine, endpoints) : Cloud.start(machine, endpoints);
        daemon = machine.daemon("daemon").of(cloud).set("ingressEndpoint", "localhost:4444")
                // Only what is stuck takes so long, however busy the machine is.
                .set("ingress.connect_timeout", 60).set("ingress.exchange_timeout", 60)
                .environment("NGROKD_JAVA_OPTS", LEAK_DETECTION).start();
        daemon.awaitServed(HTTP, TLS, TCP);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void nothingIsLeftOfThousandsOfConnections() throws Exception {
        soak(SEED + 1, WARM_UP);
        daemon.await("the warm-up is over", () -> connections() == 0);
        long before = settledDescriptors();
        int buffersBefore = unreleased(histogram());
        pools(true);
        long begin = System.nanoTime();
        String result = soak(SEED, CONNECTIONS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Wait.until("no connection is left", Duration.ofMinutes(2), this::circumstances, () -> connections() == 0);
        Wait.until("no more descriptors than the " + before + " before are open", Duration.ofMinutes(2), this::circumstances,
                () -> descriptors() <= before + OPENED_LATER);
        long after = descriptors();
        // The first look makes the collector run, then new buffers make the detector report, then everything is looked at.
        histogram();
        soak(SEED + 2, WARM_UP);
        daemon.await("the last connections are over", () -> connections() == 0);
        Wait.until("the descriptors of the last ones are gone", Duration.ofMinutes(2), this::circumstances,
                () -> descriptors() <= before + OPENED_LATER);
        int[] buffers = new int[1];
        Wait.until("no more buffers than the " + buffersBefore + " before are in use", Duration.ofMinutes(2), this::circumstances, () -> {
            buffers[0] = unreleased(histogram());
            return buffers[0] <= buffersBefore;
        });
        for (String name : PER_CONNECTION) {
            Class.forName(name);
            Wait.until("no " + name + " is left", Duration.ofMinutes(2), this::circumstances, () -> instances(histogram(), name) == 0);
        }
        String histogram = histogram();
        assertTrue(instances(histogram, "io.netty.util.ResourceLeakDetector") >= 1, () -> "the leak detector is there\n" + histogram);
        System.out.printf("Soak, seed %d: %s seconds=%.1f descriptors=%d before, %d after; buffers=%d before, %d after%n",
                SEED, result, seconds, before, after, buffersBefore, buffers[0]);
        assertEquals(List.of(), daemon.log().lines().filter(SoakIT::isFault).limit(10).toList());
        assertTrue(number(result, "complete") > CONNECTIONS / 3 && number(result, "cut") > CONNECTIONS / 10,
                "not all one or the other: " + result);
    }

    /** A leak, a failure of ours, something that was stuck, or bytes from the ingress that make no sense: cuts do none of these. */
    private static boolean isFault(String line) {
        return line.contains("LEAK") || line.contains(" ERROR ") || line.contains("cause=PROTOCOL") || line.contains("cause=TIMEOUT");
    }

    /** Makes connections with the pools as they are set; empties them afterwards, so that nothing at all is to be left. */
    private String soak(long seed, int connections) throws Exception {
        Path out = machine.folder().resolve("soak-" + seed + ".log");
        Process load = machine.start(machine.builder(Map.of(), Programs.java(Soak.class, Long.toString(seed), Integer.toString(connections)))
                .redirectErrorStream(true).redirectOutput(out.toFile()));
        Wait.until("the load's clients are done", Duration.ofSeconds(120 + connections / 20), this::circumstances,
                () -> Machine.text(out).contains(" wrong=") || !load.isAlive());
        pools(false);
        assertTrue(load.waitFor(120, TimeUnit.SECONDS), () -> "the load does not end\n" + circumstances());
        String result = Machine.text(out).strip().replace('\n', ' ');
        assertTrue(result.startsWith("connections=" + connections + " ") && result.endsWith(" wrong=0 left=0"),
                () -> result + "\n" + circumstances());
        return result;
    }

    /** What waits in pools for later connections is left over on purpose. */
    private void pools(boolean wanted) throws Exception {
        daemon.set("ingress.pool", wanted ? "{size: 16}" : "{size: 0}").set("ingress.http_pool", wanted).writeConfig().hup();
    }

    private long settledDescriptors() throws Exception {
        long[] last = {descriptors()};
        Wait.until("no descriptor comes or goes", Duration.ofMinutes(3), this::circumstances, () -> {
            Thread.sleep(2_500);
            long now = descriptors();
            boolean settled = now == last[0];
            last[0] = now;
            return settled;
        });
        return last[0];
    }

    private static long number(String result, String name) {
        Matcher number = Pattern.compile(name + "=(\\d+)").matcher(result);
        assertTrue(number.find(), result);
        return Long.parseLong(number.group(1));
    }

    private int connections() throws IOException {
        int open = 0;
        for (JsonNode endpoint : daemon.list()) {
            open += endpoint.path("connections").asInt();
        }
        return open;
    }

    private long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
            return open.count();
        }
    }

    /** The classes of all objects that are alive, after a collection. */
    private String histogram() throws IOException, InterruptedException {
        return machine.run(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(daemon.pid()), "GC.class_histogram")
                .ok().output();
    }

    /** How many buffers and TLS engines are in use. */
    private static int unreleased(String histogram) {
        return instances(histogram, TRACKED) - instances(histogram, SESSION);
    }

    private static int instances(String histogram, String name) {
        Matcher line = Pattern.compile("^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(name) + "(?: .*)?$", Pattern.MULTILINE).matcher(histogram);
        return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    private String circumstances() {
        try {
            String descriptors = "ls -l /proc/" + daemon.pid() + "/fd | sed 's/.*-> //; s/:.*//' | sort | uniq -c | sort -rn | head -30";
            return machine.shell(descriptors + "; ss -tunap | head -60").output() + daemon.log();
        } catch (IOException | InterruptedException none) {
            return none.toString();
        }
    }
}
