package io.ngrokd.plugin.netif.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the body of a message: the fixed fields, then attributes ({@code struct rtattr}). */
final class BodyWriter {

    private static final int MOST = 512;

    private final ByteBuffer buffer = ByteBuffer.allocate(MOST).order(ByteOrder.nativeOrder());

    BodyWriter octet(int value) {
        buffer.put((byte) value);
        return this;
    }

    BodyWriter number16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    BodyWriter number32(int value) {
        buffer.putInt(value);
        return this;
    }

    BodyWriter attribute(int type, byte[] value) {
        buffer.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    BodyWriter attribute(int type, int value) {
        return attribute(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    /** Text as C writes it, with a zero at its end. */
    BodyWriter attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(text, text.length + 1));
    }

    /** An attribute that holds attributes. */
    BodyWriter attribute(int type, BodyWriter nested) {
        return attribute(type, nested.bytes());
    }

    byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
