package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes of requests, as {@code strace ip ...} shows them on a little-endian machine. */
class RequestBytesTest {

    private static final LinkAddress ADDRESS =
            new LinkAddress(5, (Inet4Address) InetAddress.ofLiteral("10.107.0.9"), 32, LinkAddress.SCOPE_HOST, "lo:ngrokd");

    @BeforeEach
    void onlyOnLittleEndianMachines() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "the bytes here are little-endian");
    }

    @Test
    void addingAnAddress() {
        Message message = AddressMessages.add(ADDRESS);
        assertEquals(20, message.type());
        assertEquals(0x600, message.flags());
        assertEquals(
                "02 20 00 fe 05 00 00 00"
                        + " 08 00 02 00 0a 6b 00 09"
                        + " 08 00 01 00 0a 6b 00 09"
                        + " 0e 00 03 00 6c 6f 3a 6e 67 72 6f 6b 64 00 00 00",
                hex(message));
    }

    @Test
    void removingAnAddressSaysTheSame() {
        Message message = AddressMessages.remove(ADDRESS);
        assertEquals(21, message.type());
        assertEquals(0, message.flags());
        assertEquals(hex(AddressMessages.add(ADDRESS)), hex(message));
    }

    @Test
    void addingAndRemovingAnAddressAsARoute() {
        Message message = RouteMessages.addLocal(ADDRESS.asRoute());
        assertEquals(24, message.type());
        assertEquals(0x600, message.flags());
        assertEquals(
                "02 20 00 00 ff 6e fe 02 00 00 00 00 08 00 01 00 0a 6b 00 09 08 00 04 00 05 00 00 00", hex(message));
        assertEquals(hex(message), hex(RouteMessages.removeLocal(ADDRESS.asRoute())));
        assertEquals("02 00 00 00 ff 6e 00 00 00 00 00 00", hex(RouteMessages.listLocal()));
    }

    @Test
    void makingALink() {
        Message message = LinkMessages.create("ngrokd0", "dummy");
        assertEquals(16, message.type());
        assertEquals(0x600, message.flags());
        assertEquals(
                "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
                        + " 0c 00 03 00 6e 67 72 6f 6b 64 30 00"
                        + " 10 00 12 00 0a 00 01 00 64 75 6d 6d 79 00 00 00",
                hex(message));
    }

    @Test
    void raisingMarkingAndDeletingALink() {
        assertEquals("00 00 00 00 05 00 00 00 01 00 00 00 01 00 00 00", hex(LinkMessages.raise(5)));
        assertEquals(
                "00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00 0b 00 14 00 6e 67 72 6f 6b 64 00 00",
                hex(LinkMessages.alias(5, "ngrokd")));
        assertEquals("00 00 00 00 05 00 00 00 00 00 00 00 00 00 00 00", hex(LinkMessages.delete(5)));
        assertEquals(17, LinkMessages.delete(5).type());
    }

    @Test
    void listings() {
        assertEquals("02 00 00 00 00 00 00 00", hex(AddressMessages.list()));
        assertEquals("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 08 00 1d 00 08 00 00 00", hex(LinkMessages.list()));
        assertEquals("02 00 00 00 fe 00 00 00 00 00 00 00", hex(RouteMessages.list()));
    }

    private static String hex(Message message) {
        return HexFormat.ofDelimiter(" ").formatHex(message.body());
    }
}
