package io.ngrokd.ctl.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TerminalTest {

    @AfterEach
    void forget() {
        System.clearProperty("ngrokctl.terminal");
    }

    @Test
    void aPipeGetsWholeLinesWithoutColour() {
        Terminal pipe = Terminal.of(Map.of());
        assertFalse(pipe.colour());
        assertTrue(pipe.width() > 10_000);
        assertEquals(72, Terminal.of(Map.of("COLUMNS", "72")).width());
    }

    @Test
    void aTerminalHasColourUnlessAskedNotTo() {
        System.setProperty("ngrokctl.terminal", "true");
        assertTrue(Terminal.of(Map.of("TERM", "xterm")).colour());
        assertTrue(Terminal.of(Map.of("NO_COLOR", "")).colour());
        assertFalse(Terminal.of(Map.of("NO_COLOR", "1")).colour());
        assertFalse(Terminal.of(Map.of("TERM", "dumb")).colour());
    }

    @Test
    void aStrangeWidthIsNotBelieved() {
        System.setProperty("ngrokctl.terminal", "true");
        assertEquals(80, Terminal.of(Map.of()).width());
        assertEquals(80, Terminal.of(Map.of("COLUMNS", "wide")).width());
        assertEquals(80, Terminal.of(Map.of("COLUMNS", "0")).width());
        assertEquals(80, Terminal.of(Map.of("COLUMNS", "-5")).width());
        assertEquals(40, Terminal.of(Map.of("COLUMNS", "3")).width());
    }
}
