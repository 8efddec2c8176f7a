package io.ngrokd.kernel.data.sniff;

import io.ngrokd.kernel.data.route.ServerNames;
import java.nio.ByteBuffer;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The body of a ClientHello (RFC 8446, 4.1.2), read as far as its server name (RFC 6066, 3). */
final class ClientHello {

    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME_EXTENSION = 0;
    private static final int HOST_NAME = 0;

    private final ByteBuffer body;

    ClientHello(byte[] bytes, int offset, int length) {
        body = ByteBuffer.wrap(bytes, offset, length).slice();
    }

    /** The name, normalized; empty when there is none or the message is malformed before it. */
    Optional<String> serverName() {
        try {
            skip(body, VERSION_AND_RANDOM);
            skip(body, unsignedByte(body));
            skip(body, unsignedShort(body));
            skip(body, unsignedByte(body));
            if (!body.hasRemaining()) {
                return Optional.empty();
            }
            ByteBuffer extensions = part(body, unsignedShort(body));
            while (extensions.hasRemaining()) {
                int type = unsignedShort(extensions);
                ByteBuffer extension = part(extensions, unsignedShort(extensions));
                if (type == SERVER_NAME_EXTENSION) {
                    return hostName(extension);
                }
            }
            return Optional.empty();
        } catch (BufferUnderflowException truncated) {
            // A length that points past the end: such a message names nothing.
            return Optional.empty();
        }
    }

    private static Optional<String> hostName(ByteBuffer extension) {
        ByteBuffer names = part(extension, unsignedShort(extension));
        while (names.hasRemaining()) {
            int type = unsignedByte(names);
            ByteBuffer name = part(names, unsignedShort(names));
            if (type == HOST_NAME) {
                return ServerNames.normalize(StandardCharsets.ISO_8859_1.decode(name).toString());
            }
        }
        return Optional.empty();
    }

    private static ByteBuffer part(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static void skip(ByteBuffer from, int length) {
        part(from, length);
    }

    private static int unsignedByte(ByteBuffer from) {
        return Byte.toUnsignedInt(from.get());
    }

    private static int unsignedShort(ByteBuffer from) {
        return Short.toUnsignedInt(from.getShort());
    }
}
