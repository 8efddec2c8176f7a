package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.daemon.differential.DifferentialRun;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * The same valid requests directly and through the daemon: what the backend sees and what the client gets must be the same,
 * but for what {@code AllowedDifference} lists. {@code -Ddifferential.seed=N} and {@code -Ddifferential.cases=N} make others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DifferentialIT {

    private static final String ENDPOINT = "http://diff.demo";
    private static final int PORT = 7998;
    private static final long SEED = Long.getLong("differential.seed", 4);
    private static final int CASES = Integer.getInteger("differential.cases", 320);

    private Machine machine;
    private Daemon daemon;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(DifferentialIT.class).asShipped();
        Cloud cloud = Cloud.start(machine, "{url: \"" + ENDPOINT + "\", forward_to: \"127.0.0.1:" + PORT + "\"}");
        daemon = machine.daemon("daemon").of(cloud).start();
        daemon.awaitServed(ENDPOINT);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void theDaemonMakesNoDifferenceButTheAllowedOnes() throws Exception {
        Result result = machine.run(Programs.java(DifferentialRun.class, Long.toString(SEED), Integer.toString(CASES), Integer.toString(PORT), "diff.demo")
                .toArray(String[]::new)).ok();
        String last = result.lines().getLast();
        System.out.println("Differential, seed " + SEED + ": " + last);
        assertTrue(last.startsWith("cases=" + CASES + " ") && last.contains(" differences=0 "), () -> result + daemon.log());
        Matcher exchanges = Pattern.compile("exchanges=(\\d+)").matcher(last);
        assertTrue(exchanges.find() && Integer.parseInt(exchanges.group(1)) >= CASES, last);
        assertTrue(!last.contains("=0,") && !last.contains("=0}"), () -> "every rule is needed, or is none: " + last);
    }
}
