package io.ngrokd.kit.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgramsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final Programs programs = Programs.ofSystem();

    @Test
    void argumentsAndInputAreTakenAsTheyAre() throws Exception {
        Programs.Outcome outcome = programs.run(
                List.of("/bin/sh", "-c", "printf %s \"$1\"; cat; echo err >&2; exit 3", "sh", "$(id) ' *"), "in\n", LONG);
        assertEquals(new Programs.Outcome(3, "$(id) ' *in\nerr\n"), outcome);
        assertEquals("", programs.run(List.of("/bin/cat"), "", LONG).output());
        assertEquals(0, programs.run(List.of("/bin/true"), "not read", LONG).exitCode());
    }

    @Test
    void onesThatHangAreEndedAndOnesThatAreNotThereAreSaid() {
        IOException late = assertThrows(IOException.class, () -> programs.run(List.of("/bin/sleep", "1000"), "", Duration.ofMillis(50)));
        assertTrue(late.getMessage().contains("did not end within 50 ms"), late.getMessage());
        assertThrows(IOException.class, () -> programs.run(List.of("/nowhere/tool"), "", LONG));
    }
}
