package io.ngrokd.plugin.hosts.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.error.FailureCode;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsLinesTest {

    private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.107.0.2");

    @Test
    void sortsByNameThenByAddress() {
        HostsLines lines = HostsLines.of(Map.of(
                "b.example", List.of(InetAddress.ofLiteral("fd00::1"), InetAddress.ofLiteral("10.0.0.200"),
                        InetAddress.ofLiteral("10.0.0.3"), InetAddress.ofLiteral("10.0.0.3")),
                "a.example", List.of(ADDRESS)));
        assertEquals(List.of("10.107.0.2\ta.example", "10.0.0.3\tb.example", "10.0.0.200\tb.example",
                "fd00:0:0:0:0:0:0:1\tb.example"), lines.lines());
        assertEquals(Map.of(), lines.refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a..b", "a.", ".a", "*.example.com", "a b", "a\tb", "a\nb", "a\r", "a#b", "a\0b",
        "\u007f", "n\u00e4me", "localhost"})
    void refusesWhatMayNotStandThere(String name) {
        HostsLines lines = HostsLines.of(Map.of(name, List.of(ADDRESS), "good", List.of(ADDRESS)));
        assertEquals(List.of("10.107.0.2\tgood"), lines.lines());
        assertEquals(FailureCode.REFUSED, lines.refused().get(name).code());
    }

    @Test
    void knowsTheLongestNames() {
        String label = "x".repeat(63);
        String longest = label + "." + label + "." + label + "." + "x".repeat(61);
        HostsLines lines = HostsLines.of(Map.of(longest, List.of(ADDRESS), longest + "x", List.of(ADDRESS),
                label + "x", List.of(ADDRESS), "empty", List.of()));
        assertEquals(List.of("10.107.0.2\t" + longest), lines.lines());
        assertEquals(3, lines.refused().size());
    }
}
