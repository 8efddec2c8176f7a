package io.ngrokd.kernel.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.kernel.plugin.Choice.Candidate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChoiceTest {

    private static final Candidate DUMMY = new Candidate("linux-dummy", 100, Availability.no("the kernel has no dummy interfaces"));
    private static final Candidate BRIDGE = new Candidate("linux-bridge", 90, Availability.yes("bridges can be made"));
    private static final Candidate LOOPBACK = new Candidate("linux-loopback", 10, Availability.yes("always"));

    @Test
    void theBestThatCanWork() {
        Choice choice = Choice.of("netif", List.of(LOOPBACK, DUMMY, BRIDGE), Optional.empty());
        assertEquals(Optional.of("linux-bridge"), choice.chosen());
        assertEquals("bridges can be made", choice.reason());
        assertEquals(List.of(DUMMY, BRIDGE, LOOPBACK), choice.candidates());
    }

    @Test
    void whatTheUserDemands() {
        Choice choice = Choice.of("netif", List.of(DUMMY, BRIDGE, LOOPBACK), Optional.of("linux-loopback"));
        assertEquals(Optional.of("linux-loopback"), choice.chosen());
        assertEquals("plugins.netif says so; always", choice.reason());
    }

    @Test
    void aDemandThatCannotBeMetIsNotReplaced() {
        assertEquals(
                "plugins.netif names 'linux-dummy', which cannot work here: the kernel has no dummy interfaces",
                Choice.of("netif", List.of(DUMMY, BRIDGE), Optional.of("linux-dummy")).reason());
        Choice unknown = Choice.of("netif", List.of(DUMMY, BRIDGE), Optional.of("linux-bride"));
        assertEquals(Optional.empty(), unknown.chosen());
        assertEquals("plugins.netif names 'linux-bride', which no plugin provides; there is linux-dummy, linux-bridge", unknown.reason());
    }

    @Test
    void noneSaysWhy() {
        assertEquals("no plugin serves 'hosts'; put one into the plugins folder", Choice.of("hosts", List.of(), Optional.empty()).reason());
        assertEquals(
                "no plugin for 'netif' can work here: linux-dummy: the kernel has no dummy interfaces",
                Choice.of("netif", List.of(DUMMY), Optional.empty()).reason());
    }
}
