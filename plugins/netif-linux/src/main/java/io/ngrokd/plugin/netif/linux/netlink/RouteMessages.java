package io.ngrokd.plugin.netif.linux.netlink;

import io.ngrokd.api.endpoint.Subnet;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What {@code struct rtmsg} messages say: routes. Pure. */
final class RouteMessages {

    private static final int RTM_NEWROUTE = 24;
    private static final int RTM_DELROUTE = 25;
    private static final int RTM_GETROUTE = 26;

    private static final int RTA_DST = 1;
    private static final int RTA_OIF = 4;
    private static final int RTA_MULTIPATH = 9;

    private static final int RT_TABLE_MAIN = 254;
    private static final int RT_TABLE_LOCAL = 255;
    private static final int RTN_UNICAST = 1;
    private static final int RTN_LOCAL = 2;
    /** Who made a route. A number that nobody in iproute2's list has tells ours from the kernel's. */
    private static final int PROTOCOL_NGROKD = 110;
    private static final int FIXED = 12;

    private RouteMessages() {}

    static Message list() {
        byte[] body = new byte[FIXED];
        body[0] = AddressMessages.AF_INET;
        body[4] = (byte) RT_TABLE_MAIN;
        return Message.request(RTM_GETROUTE, 0, body);
    }

    /** Asks for addresses that are there as routes of ours. */
    static Message listLocal() {
        byte[] body = new byte[FIXED];
        body[0] = AddressMessages.AF_INET;
        body[4] = (byte) RT_TABLE_LOCAL;
        body[5] = PROTOCOL_NGROKD;
        return Message.request(RTM_GETROUTE, 0, body);
    }

    static Message addLocal(LinkAddress address) {
        return Message.request(RTM_NEWROUTE, Netlink.CREATE | Netlink.EXCLUSIVE, local(address));
    }

    static Message removeLocal(LinkAddress address) {
        return Message.request(RTM_DELROUTE, 0, local(address));
    }

    /** The address that is there as a route of ours; empty for all other routes, which kernels before 4.20 list too. */
    static Optional<LinkAddress> parseLocal(Message message) throws IOException {
        byte[] body = message.body();
        if (message.type() != RTM_NEWROUTE
                || body.length < FIXED
                || body[0] != AddressMessages.AF_INET
                || body[1] != 32
                || Byte.toUnsignedInt(body[4]) != RT_TABLE_LOCAL
                || body[5] != PROTOCOL_NGROKD) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(body, FIXED);
        Optional<byte[]> destination = attributes.bytes(RTA_DST);
        int link = attributes.number32(RTA_OIF).orElse(0);
        if (destination.isEmpty() || link == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new LinkAddress(link, Inet4.of(destination.get()), 32, Byte.toUnsignedInt(body[6]), "", true));
    }

    private static byte[] local(LinkAddress address) {
        return new BodyWriter()
                .octet(AddressMessages.AF_INET).octet(32).octet(0).octet(0)
                .octet(RT_TABLE_LOCAL).octet(PROTOCOL_NGROKD).octet(LinkAddress.SCOPE_HOST).octet(RTN_LOCAL)
                .number32(0)
                .attribute(RTA_DST, address.address().getAddress())
                .attribute(RTA_OIF, address.link())
                .bytes();
    }

    /** The route that a message tells of; empty for other tables, other types and routes without an interface. */
    static Optional<Route> parse(Message message) throws IOException {
        byte[] body = message.body();
        if (message.type() != RTM_NEWROUTE
                || body.length < FIXED
                || body[0] != AddressMessages.AF_INET
                || Byte.toUnsignedInt(body[4]) != RT_TABLE_MAIN
                || body[7] != RTN_UNICAST) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(body, FIXED);
        int link = attributes.number32(RTA_OIF).orElseGet(() -> firstHop(attributes));
        if (link == 0) {
            return Optional.empty();
        }
        byte[] destination = attributes.bytes(RTA_DST).orElse(new byte[4]);
        return Optional.of(new Route(new Subnet(Inet4.of(destination), Byte.toUnsignedInt(body[1])), link));
    }

    /** {@code struct rtnexthop}: length, flags and hops, then the index. */
    private static int firstHop(Attributes attributes) {
        return attributes.bytes(RTA_MULTIPATH)
                .filter(raw -> raw.length >= 8)
                .map(raw -> ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getInt(4))
                .orElse(0);
    }
}
