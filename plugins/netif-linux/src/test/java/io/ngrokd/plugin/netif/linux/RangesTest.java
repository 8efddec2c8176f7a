package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Subnet;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RangesTest {

    @Test
    void anInterfaceGetsThePreferredRangeUnlessTheUserHasAnother() {
        assertEquals(range("10.107.0.0/16", "10.107.0.1", "10.107.0.0", "10.107.255.255"), Ranges.onInterface(Optional.empty()));
        assertEquals(range("10.9.8.0/24", "10.9.8.1", "10.9.8.0", "10.9.8.255"), Ranges.onInterface(subnet("10.9.8.0/24")));
        assertEquals(range("10.9.8.4/30", "10.9.8.5", "10.9.8.4", "10.9.8.7"), Ranges.onInterface(subnet("10.9.8.4/30")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/31", "10.0.0.1/32", "fd00::/64", "0.0.0.0/0", "224.0.0.0/8", "240.0.0.0/24", "0.1.0.0/16"})
    void someSubnetsServeNobody(String text) {
        assertTrue(Ranges.unusable(Subnet.parse(text)).isPresent());
        assertTrue(Ranges.unusableOnInterface(Subnet.parse(text)).isPresent());
        assertEquals(Ranges.onInterface(Optional.empty()), Ranges.onInterface(subnet(text)), "the preferred one stands in");
        assertEquals(Ranges.loopback(Optional.empty()), Ranges.loopback(subnet(text)));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.0/8,127.0.0.0/8 needs no interface", "127.9.0.0/16,127.0.0.0/8 needs no interface"})
    void loopbackNeedsNoInterface(String text, String reason) {
        assertEquals(Optional.of(reason), Ranges.unusableOnInterface(Subnet.parse(text)));
        assertFalse(Ranges.unusable(Subnet.parse(text)).isPresent());
    }

    @Test
    void loopbackSparesWhatOthersUse() {
        assertEquals(
                range("127.0.0.0/8", "127.0.0.1", "127.0.0.0", "127.0.0.53", "127.0.0.54", "127.0.1.1", "127.255.255.255"),
                Ranges.loopback(Optional.empty()));
        assertEquals(range("127.9.0.0/16", "127.9.0.1", "127.9.0.0", "127.9.255.255"), Ranges.loopback(subnet("127.9.0.0/16")));
        assertEquals(range("127.0.1.0/24", "127.0.1.1", "127.0.1.0", "127.0.1.255"), Ranges.loopback(subnet("127.0.1.0/24")));
        assertEquals(
                range("127.0.0.0/8", "127.0.0.1", "127.0.0.0", "127.0.0.53", "127.0.0.54", "127.0.1.1", "127.255.255.255"),
                Ranges.loopback(subnet("10.0.0.0/8")), "another range stands in");
    }

    private static AddressRange range(String subnet, String gateway, String... reserved) {
        Set<InetAddress> addresses = Stream.of(reserved).map(InetAddress::ofLiteral).collect(Collectors.toSet());
        return new AddressRange(Subnet.parse(subnet), InetAddress.ofLiteral(gateway), addresses);
    }

    private static Optional<Subnet> subnet(String text) {
        return Optional.of(Subnet.parse(text));
    }
}
