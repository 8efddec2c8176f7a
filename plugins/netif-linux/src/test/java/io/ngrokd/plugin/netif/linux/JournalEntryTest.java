package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Subnet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalEntryTest {

    @Test
    void linesAreReadBackAsTheyWereMeant() {
        JournalEntry device = new JournalEntry.Device("ngrokd0", "dummy");
        JournalEntry addresses = new JournalEntry.Addresses("ngrokd0", Subnet.parse("10.107.0.0/16"));
        assertEquals("device ngrokd0 kind=dummy", device.text());
        assertEquals("addresses ngrokd0 in 10.107.0.0/16", addresses.text());
        assertEquals(Optional.of(device), JournalEntry.parse(device.text()));
        assertEquals(Optional.of(addresses), JournalEntry.parse(addresses.text()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "device ngrokd0", "addresses ngrokd0 in nowhere", "addresses lo label=lo:ngrokd", "hosts /etc/hosts"})
    void otherLinesAreNot(String line) {
        assertEquals(Optional.empty(), JournalEntry.parse(line));
    }
}
