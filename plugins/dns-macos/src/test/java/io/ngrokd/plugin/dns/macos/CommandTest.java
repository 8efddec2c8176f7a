package io.ngrokd.plugin.dns.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommandTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void argumentsArriveAsTheyAre() throws IOException {
        assertEquals("a b|$(id)|;'\"|\n", Command.run(LONG, Path.of("/bin/sh"), "-c", "printf '%s|' \"$@\"; echo", "x", "a b", "$(id)",
                ";'\""));
    }

    @Test
    void aFailureHasTheProgramsWords() {
        IOException failure = assertThrows(IOException.class, () -> Command.run(LONG, Path.of("/bin/sh"), "-c",
                "echo no such thing >&2; exit 3"));
        assertTrue(failure.getMessage().contains("exit code 3: no such thing"), failure.getMessage());
        assertThrows(IOException.class, () -> Command.run(LONG, Path.of("/no/such/program")));
    }

    @Test
    void moreOutputThanAPipeHoldsIsRead() throws IOException {
        assertEquals(1 << 20, Command.run(LONG, Path.of("/bin/sh"), "-c",
                "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero >&2").length());
    }

    @Test
    void onesThatDoNotEndAreEnded() {
        IOException failure = assertThrows(IOException.class, () -> Command.run(Duration.ofMillis(300), Path.of("/bin/sleep"), "600"));
        assertTrue(failure.getMessage().contains("did not end within 300 ms"), failure.getMessage());
    }
}
