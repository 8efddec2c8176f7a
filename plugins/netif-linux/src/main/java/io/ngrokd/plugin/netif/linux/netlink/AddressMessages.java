package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** What {@code struct ifaddrmsg} messages say: IPv4 addresses of interfaces. Pure. */
final class AddressMessages {

    static final int AF_INET = 2;

    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_LABEL = 3;

    private static final int FIXED = 8;

    private AddressMessages() {}

    static Message list() {
        return Message.request(RTM_GETADDR, 0, new BodyWriter().octet(AF_INET).octet(0).octet(0).octet(0).number32(0).bytes());
    }

    static Message add(LinkAddress address) {
        return Message.request(RTM_NEWADDR, Netlink.CREATE | Netlink.EXCLUSIVE, body(address));
    }

    static Message remove(LinkAddress address) {
        return Message.request(RTM_DELADDR, 0, body(address));
    }

    /** The address that a message tells of; empty when it tells of something else. */
    static Optional<LinkAddress> parse(Message message) throws IOException {
        if (message.type() != RTM_NEWADDR || message.body().length < FIXED || message.body()[0] != AF_INET) {
            return Optional.empty();
        }
        Attributes attributes = Attributes.of(message.body(), FIXED);
        // On a point-to-point interface IFA_ADDRESS is the far end; IFA_LOCAL is ours on all of them.
        Optional<byte[]> raw = attributes.bytes(IFA_LOCAL).or(() -> attributes.bytes(IFA_ADDRESS));
        if (raw.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer fields = ByteBuffer.wrap(message.body()).order(ByteOrder.nativeOrder());
        return Optional.of(new LinkAddress(
                fields.getInt(4),
                Inet4.of(raw.get()),
                Byte.toUnsignedInt(message.body()[1]),
                Byte.toUnsignedInt(message.body()[3]),
                attributes.text(IFA_LABEL).orElse("")));
    }

    private static byte[] body(LinkAddress address) {
        Inet4Address ip = address.address();
        BodyWriter body = new BodyWriter()
                .octet(AF_INET)
                .octet(address.prefixLength())
                .octet(0)
                .octet(address.scope())
                .number32(address.link())
                .attribute(IFA_LOCAL, ip.getAddress())
                .attribute(IFA_ADDRESS, ip.getAddress());
        if (!address.label().isEmpty()) {
            body.attribute(IFA_LABEL, address.label());
        }
        return body.bytes();
    }
}
