package io.ngrokd.plugin.netif.linux.netlink;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    @Test
    void aHeaderSaysLengthTypeFlagsAndSequenceAndTheBodyIsPadded() {
        ByteBuffer datagram = buffer(64);
        MessageCodec.write(Message.request(20, 0x600, new byte[] {1, 2, 3}), 0x5, 7, datagram);
        datagram.flip();
        assertEquals(20, datagram.remaining());
        assertEquals(19, datagram.getInt());
        assertEquals(20, datagram.getShort());
        assertEquals(0x605, datagram.getShort());
        assertEquals(7, datagram.getInt());
        assertEquals(0, datagram.getInt());
        assertEquals(0x00030201, Integer.reverseBytes(datagram.order(ByteOrder.BIG_ENDIAN).getInt()));
    }

    @Test
    void allMessagesOfADatagramAreRead() throws Exception {
        ByteBuffer datagram = buffer(128);
        MessageCodec.write(Message.request(16, 2, new byte[] {9}), 0, 1, datagram);
        MessageCodec.write(Message.request(3, 0, new byte[0]), 0, 2, datagram);
        List<Message> messages = MessageCodec.read(datagram.flip());
        assertEquals(List.of(16, 3), messages.stream().map(Message::type).toList());
        assertEquals(List.of(1, 2), messages.stream().map(Message::sequence).toList());
        assertArrayEquals(new byte[] {9}, messages.getFirst().body());
        assertEquals(2, messages.getFirst().flags());
    }

    @Test
    void lengthsThatCannotBeAreRefused() {
        for (int length : new int[] {0, 15, 17, Integer.MAX_VALUE, -1}) {
            ByteBuffer datagram = buffer(16).putInt(length).position(16);
            assertThrows(IOException.class, () -> MessageCodec.read(datagram.flip()), "length " + length);
        }
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.nativeOrder());
    }
}
