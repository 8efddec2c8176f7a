package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Messages to datagrams and back: {@code struct nlmsghdr}, in the machine's byte order. */
final class MessageCodec {

    private MessageCodec() {}

    /** Writes a message with its header at the buffer's position. */
    static void write(Message message, int extraFlags, int sequence, ByteBuffer datagram) {
        int end = datagram.position() + message.paddedLength();
        datagram.putInt(Message.HEADER + message.body().length)
                .putShort((short) message.type())
                .putShort((short) (message.flags() | extraFlags))
                .putInt(sequence)
                .putInt(0)
                .put(message.body());
        while (datagram.position() < end) {
            datagram.put((byte) 0);
        }
    }

    /** The messages of a received datagram. */
    static List<Message> read(ByteBuffer datagram) throws IOException {
        ByteBuffer buffer = datagram.slice().order(ByteOrder.nativeOrder());
        List<Message> messages = new ArrayList<>();
        while (buffer.remaining() >= Message.HEADER) {
            int start = buffer.position();
            int length = buffer.getInt();
            if (length < Message.HEADER || length > buffer.limit() - start) {
                throw new IOException("a netlink message claims " + length + " bytes, " + (buffer.limit() - start) + " came");
            }
            int type = Short.toUnsignedInt(buffer.getShort());
            int flags = Short.toUnsignedInt(buffer.getShort());
            int sequence = buffer.getInt();
            buffer.getInt();
            byte[] body = new byte[length - Message.HEADER];
            buffer.get(body);
            messages.add(new Message(type, flags, sequence, body));
            buffer.position(Math.min(buffer.limit(), start + Message.padded(length)));
        }
        return messages;
    }
}
