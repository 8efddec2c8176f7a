package io.ngrokd.ctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void bothOutputsAndTheEnd() throws IOException {
        Programs.Said said = Programs.run(LONG, List.of("sh", "-c", "echo one; echo two >&2; exit 3"));
        assertEquals(3, said.status());
        assertTrue(said.output().contains("one\n") && said.output().contains("two\n"), said::toString);
    }

    @Test
    void oneThatHangsIsEndedWithItsChildren() {
        IOException late = assertThrows(IOException.class, () -> Programs.run(Duration.ofMillis(500),
                List.of("sh", "-c", "sleep 600 & sleep 600")));
        assertTrue(late.getMessage().contains("did not end"), late::getMessage);
    }

    /** Java may see the end of the output with that of the program, or not; in both cases nobody waits for the child. */
    @Test
    void oneThatLeavesItsOutputOpenIsNotWaitedFor() {
        long begin = System.nanoTime();
        try {
            assertEquals(0, Programs.run(Duration.ofMillis(500), List.of("sh", "-c", "setsid sleep 120 & exit 0")).status());
        } catch (IOException late) {
            assertTrue(late.getMessage().contains("did not end"), late::getMessage);
        }
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(100).toNanos(), "the child lives for 120 s");
    }

    @Test
    void oneThatIsNotThereIsNamed() {
        IOException none = assertThrows(IOException.class, () -> Programs.run(LONG, List.of("no-such-program-here")));
        assertTrue(none.getMessage().startsWith("there is no program no-such-program-here"), none::getMessage);
    }

    @Test
    void endlessOutputIsCut() throws IOException {
        assertEquals(4 << 20, Programs.run(LONG, List.of("sh", "-c", "head -c 6000000 /dev/zero | tr '\\0' x")).output().length());
    }
}
