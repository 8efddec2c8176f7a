package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.api.endpoint.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the kernel says, as records. */
class AnswerParsingTest {

    private static final byte[] IP = {10, 107, 0, 9};
    private static final byte[] FAR_END = {10, 107, 0, 10};

    @Test
    void anAddressOfOurInterface() throws Exception {
        BodyWriter body = addressFields(2).attribute(1, IP).attribute(2, IP).attribute(3, "lo:ngrokd").attribute(6, new byte[16]);
        assertEquals(
                Optional.of(new LinkAddress(5, (Inet4Address) InetAddress.getByAddress(IP), 32, 254, "lo:ngrokd")),
                AddressMessages.parse(Message.request(20, 0, body.bytes())));
    }

    @Test
    void ofAPointToPointInterfaceTheNearEndCounts() throws Exception {
        BodyWriter body = addressFields(2).attribute(1, FAR_END).attribute(2, IP);
        assertEquals(InetAddress.getByAddress(IP),
                AddressMessages.parse(Message.request(20, 0, body.bytes())).orElseThrow().address());
    }

    @Test
    void otherFamiliesAndMessagesAreNotOurs() throws Exception {
        assertEquals(Optional.empty(), AddressMessages.parse(Message.request(20, 0, addressFields(10).attribute(2, new byte[16]).bytes())));
        assertEquals(Optional.empty(), AddressMessages.parse(Message.request(24, 0, new byte[40])));
        assertEquals(Optional.empty(), LinkMessages.parse(Message.request(17, 0, new byte[40])));
        assertEquals(Optional.empty(), RouteMessages.parse(Message.request(25, 0, new byte[40])));
    }

    @Test
    void aLinkWithKindAliasAndMaster() throws Exception {
        BodyWriter body = linkFields(7, 0x1043)
                .attribute(3, "ngrokd0")
                .attribute(10, 4)
                .attribute(20, "ngrokd")
                // As the kernel sends it: the bit for "nested" is set.
                .attribute(18 | 0x8000, new BodyWriter().attribute(1, "bridge").attribute(2, new byte[12]));
        assertEquals(
                Optional.of(new Link(7, "ngrokd0", Optional.of("bridge"), Optional.of("ngrokd"), true, 4)),
                LinkMessages.parse(Message.request(16, 2, body.bytes())));
    }

    @Test
    void aPlainLinkThatIsDown() throws Exception {
        BodyWriter body = linkFields(1, 0x8).attribute(3, "lo").attribute(20, "");
        assertEquals(
                Optional.of(new Link(1, "lo", Optional.empty(), Optional.empty(), false, 0)),
                LinkMessages.parse(Message.request(16, 2, body.bytes())));
    }

    @Test
    void routesOfTheMainTable() throws Exception {
        byte[] network = {10, 8, 0, 0};
        assertEquals(
                Optional.of(new Route(Subnet.parse("10.8.0.0/16"), 3)),
                RouteMessages.parse(route(16, 254, 1, new BodyWriter().attribute(1, network).attribute(4, 3))));
        assertEquals(
                Optional.of(new Route(Subnet.parse("0.0.0.0/0"), 3)),
                RouteMessages.parse(route(0, 254, 1, new BodyWriter().attribute(4, 3))));
        BodyWriter hops = new BodyWriter().attribute(1, network).attribute(9, new BodyWriter().number16(8).number16(0).number32(6).bytes());
        assertEquals(Optional.of(new Route(Subnet.parse("10.8.0.0/16"), 6)), RouteMessages.parse(route(16, 254, 1, hops)));
    }

    @Test
    void anAddressThatIsARouteOfOursAndNobodyElses() throws Exception {
        LinkAddress address = new LinkAddress(5, (Inet4Address) InetAddress.getByAddress(IP), 32, 254, "", true);
        byte[] ours = RouteMessages.addLocal(address).body();
        assertEquals(Optional.of(address), RouteMessages.parseLocal(Message.request(24, 2, ours)));
        byte[] kernels = ours.clone();
        kernels[5] = 2;
        assertEquals(Optional.empty(), RouteMessages.parseLocal(Message.request(24, 2, kernels)));
    }

    @Test
    void localAndUnreachableRoutesDoNotCount() throws Exception {
        BodyWriter attributes = new BodyWriter().attribute(1, IP).attribute(4, 3);
        assertEquals(Optional.empty(), RouteMessages.parse(route(32, 255, 2, attributes)));
        assertEquals(Optional.empty(), RouteMessages.parse(route(32, 254, 7, attributes)));
        assertEquals(Optional.empty(), RouteMessages.parse(route(32, 254, 1, new BodyWriter().attribute(1, IP))));
    }

    @Test
    void attributesThatCannotBeAreRefused() {
        byte[] tooLong = linkFields(1, 0).number16(200).number16(3).bytes();
        byte[] tooShort = linkFields(1, 0).number16(3).number16(3).bytes();
        assertThrows(IOException.class, () -> LinkMessages.parse(Message.request(16, 0, tooLong)));
        assertThrows(IOException.class, () -> LinkMessages.parse(Message.request(16, 0, tooShort)));
        assertThrows(IOException.class, () -> LinkMessages.parse(Message.request(16, 0, new byte[8])));
    }

    private static BodyWriter addressFields(int family) {
        return new BodyWriter().octet(family).octet(32).octet(0x80).octet(254).number32(5);
    }

    private static BodyWriter linkFields(int index, int flags) {
        return new BodyWriter().octet(0).octet(0).number16(1).number32(index).number32(flags).number32(0);
    }

    private static Message route(int prefixLength, int table, int type, BodyWriter attributes) {
        BodyWriter body = new BodyWriter()
                .octet(2).octet(prefixLength).octet(0).octet(0)
                .octet(table).octet(2).octet(0).octet(type)
                .number32(0);
        byte[] fixed = body.bytes();
        byte[] rest = attributes.bytes();
        byte[] all = Arrays.copyOf(fixed, fixed.length + rest.length);
        System.arraycopy(rest, 0, all, fixed.length, rest.length);
        return Message.request(24, 2, all);
    }
}
