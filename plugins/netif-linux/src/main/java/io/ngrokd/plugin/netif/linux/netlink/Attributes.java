package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The attributes of a received message by their type; of several with one type the last. */
final class Attributes {

    /** The two bits above say "nested" and "network byte order". */
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, byte[]> values;

    private Attributes(Map<Integer, byte[]> values) {
        this.values = values;
    }

    /** Reads those that follow {@code fixed} bytes of fields. */
    static Attributes of(byte[] body, int fixed) throws IOException {
        if (body.length < fixed) {
            throw new IOException("a netlink message has " + body.length + " bytes where " + fixed + " are due");
        }
        ByteBuffer buffer = ByteBuffer.wrap(body).order(ByteOrder.nativeOrder()).position(fixed);
        Map<Integer, byte[]> values = new HashMap<>();
        while (buffer.remaining() >= 4) {
            int start = buffer.position();
            int length = Short.toUnsignedInt(buffer.getShort());
            int type = Short.toUnsignedInt(buffer.getShort()) & TYPE_MASK;
            if (length < 4 || length > body.length - start) {
                throw new IOException("a netlink attribute claims " + length + " bytes, " + (body.length - start) + " came");
            }
            values.put(type, Arrays.copyOfRange(body, start + 4, start + length));
            buffer.position(Math.min(body.length, start + Message.padded(length)));
        }
        return new Attributes(values);
    }

    Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    /** Text up to its zero. */
    Optional<String> text(int type) {
        return bytes(type).map(raw -> {
            int end = 0;
            while (end < raw.length && raw[end] != 0) {
                end++;
            }
            return new String(raw, 0, end, StandardCharsets.UTF_8);
        });
    }

    OptionalInt number32(int type) {
        byte[] raw = values.get(type);
        return raw == null || raw.length < 4
                ? OptionalInt.empty()
                : OptionalInt.of(ByteBuffer.wrap(raw).order(ByteOrder.nativeOrder()).getInt());
    }

    /** The attributes inside one. */
    Optional<Attributes> nested(int type) throws IOException {
        byte[] raw = values.get(type);
        return raw == null ? Optional.empty() : Optional.of(of(raw, 0));
    }
}
