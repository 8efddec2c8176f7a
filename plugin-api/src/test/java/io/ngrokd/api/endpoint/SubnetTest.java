package io.ngrokd.api.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubnetTest {

    @Test
    void readsCidrAndDropsHostBits() {
        assertEquals("10.107.0.0/16", Subnet.parse("10.107.0.0/16").toString());
        assertEquals(Subnet.parse("10.107.0.0/16"), Subnet.parse("10.107.3.1/16"));
        assertEquals(65536, Subnet.parse("10.107.0.0/16").size());
        assertEquals(1, Subnet.parse("10.0.0.7/32").size());
        assertEquals(Long.MAX_VALUE, Subnet.parse("fd00::/48").size());
    }

    @Test
    void countsFromTheFirstAddress() {
        Subnet subnet = Subnet.parse("10.107.0.0/16");
        InetAddress third = subnet.addressAt(256 * 7 + 3);
        assertEquals("10.107.7.3", third.getHostAddress());
        assertEquals(256 * 7 + 3, subnet.offsetOf(third));
        assertThrows(IndexOutOfBoundsException.class, () -> subnet.addressAt(65536));
        assertEquals("fd00:0:0:0:0:0:0:2", Subnet.parse("fd00::/112").addressAt(2).getHostAddress());
    }

    @Test
    void knowsWhatIsInside() {
        Subnet subnet = Subnet.parse("10.107.0.0/16");
        assertTrue(subnet.contains(InetAddress.ofLiteral("10.107.255.255")));
        assertFalse(subnet.contains(InetAddress.ofLiteral("10.108.0.0")));
        assertFalse(subnet.contains(InetAddress.ofLiteral("::1")));
        assertTrue(subnet.overlaps(Subnet.parse("10.0.0.0/8")));
        assertFalse(subnet.overlaps(Subnet.parse("192.168.0.0/16")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.107.0.0", "10.107.0.0/", "10.107.0.0/33", "10.107.0.0/-1", "ten/8", "10.107/16x", "300.1.1.1/8", "localhost/8"})
    void refusesWhatIsNoSubnet(String text) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> Subnet.parse(text));
        assertTrue(refused.getMessage().startsWith("'" + text + "'"), refused.getMessage());
    }
}
