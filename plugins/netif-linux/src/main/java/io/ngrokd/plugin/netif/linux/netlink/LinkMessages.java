package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What {@code struct ifinfomsg} messages say: interfaces. Pure. */
final class LinkMessages {

    private static final int RTM_NEWLINK = 16;
    private static final int RTM_DELLINK = 17;
    private static final int RTM_GETLINK = 18;

    private static final int IFLA_ADDRESS = 1;
    private static final int IFLA_IFNAME = 3;
    private static final int IFLA_MASTER = 10;
    private static final int IFLA_LINKINFO = 18;
    private static final int IFLA_IFALIAS = 20;
    private static final int IFLA_EXT_MASK = 29;
    private static final int IFLA_INFO_KIND = 1;

    private static final int RTEXT_FILTER_SKIP_STATS = 1 << 3;
    private static final int IFF_UP = 1;
    private static final int FIXED = 16;

    private LinkMessages() {}

    static Message list() {
        return Message.request(RTM_GETLINK, 0, fixed(0, 0, 0).attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS).bytes());
    }

    static Message create(String name, String kind) {
        BodyWriter body = fixed(0, 0, 0)
                .attribute(IFLA_IFNAME, name)
                .attribute(IFLA_LINKINFO, new BodyWriter().attribute(IFLA_INFO_KIND, kind));
        return Message.request(RTM_NEWLINK, Netlink.CREATE | Netlink.EXCLUSIVE, body.bytes());
    }

    /** One that no kernel can make: its hardware address has one byte. */
    static Message createWithoutSense(String name, String kind) {
        BodyWriter body = fixed(0, 0, 0)
                .attribute(IFLA_ADDRESS, new byte[] {1})
                .attribute(IFLA_IFNAME, name)
                .attribute(IFLA_LINKINFO, new BodyWriter().attribute(IFLA_INFO_KIND, kind));
        return Message.request(RTM_NEWLINK, Netlink.CREATE | Netlink.EXCLUSIVE, body.bytes());
    }

    static Message raise(int link) {
        return Message.request(RTM_NEWLINK, 0, fixed(link, IFF_UP, IFF_UP).bytes());
    }

    static Message alias(int link, String alias) {
        return Message.request(RTM_NEWLINK, 0, fixed(link, 0, 0).attribute(IFLA_IFALIAS, alias).bytes());
    }

    static Message delete(int link) {
        return Message.request(RTM_DELLINK, 0, fixed(link, 0, 0).bytes());
    }

    /** The interface that a message tells of; empty when it tells of something else. */
    static Optional<Link> parse(Message message) throws IOException {
        if (message.type() != RTM_NEWLINK) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(message.body(), FIXED);
        ByteBuffer fields = ByteBuffer.wrap(message.body()).order(ByteOrder.nativeOrder());
        Optional<Attributes> info = attributes.nested(IFLA_LINKINFO);
        return attributes.text(IFLA_IFNAME).map(name -> new Link(
                fields.getInt(4),
                name,
                info.flatMap(inside -> inside.text(IFLA_INFO_KIND)),
                attributes.text(IFLA_IFALIAS).filter(text -> !text.isEmpty()),
                (fields.getInt(8) & IFF_UP) != 0,
                attributes.number32(IFLA_MASTER).orElse(0)));
    }

    private static BodyWriter fixed(int link, int flags, int change) {
        return new BodyWriter().octet(0).octet(0).number16(0).number32(link).number32(flags).number32(change);
    }
}
