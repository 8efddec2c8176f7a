package io.ngrokd.kernel.data.sniff;

import io.ngrokd.kernel.data.route.ServerNames;
import java.nio.ByteBuffer;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The body of a ClientHello (RFC 8446, 4.1.2) and its server name (RFC 6066, 3). It is read to its end and names nobody
 * when anything in its frame is wrong: what two readers could take for two names must not decide where a client goes.
 */
final class ClientHello {

    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int LONGEST_SESSION_ID = 32;
    private static final int SERVER_NAME_EXTENSION = 0;
    private static final int HOST_NAME = 0;

    private final ByteBuffer body;

    ClientHello(byte[] bytes, int offset, int length) {
        body = ByteBuffer.wrap(bytes, offset, length).slice();
    }

    /** The name, normalized; empty when there is none or the message is malformed. */
    Optional<String> serverName() {
        try {
            part(body, VERSION_AND_RANDOM);
            int sessionId = part(body, unsignedByte(body)).remaining();
            int cipherSuites = part(body, unsignedShort(body)).remaining();
            int compressionMethods = part(body, unsignedByte(body)).remaining();
            if (sessionId > LONGEST_SESSION_ID || cipherSuites == 0 || cipherSuites % 2 != 0 || compressionMethods == 0
                    || !body.hasRemaining()) {
                return Optional.empty();
            }
            ByteBuffer extensions = part(body, unsignedShort(body));
            return body.hasRemaining() ? Optional.empty() : nameIn(extensions);
        } catch (BufferUnderflowException truncated) {
            // A length that points past the end: such a message names nothing.
            return Optional.empty();
        }
    }

    private static Optional<String> nameIn(ByteBuffer extensions) {
        ByteBuffer serverName = null;
        while (extensions.hasRemaining()) {
            int type = unsignedShort(extensions);
            ByteBuffer extension = part(extensions, unsignedShort(extensions));
            if (type == SERVER_NAME_EXTENSION) {
                if (serverName != null) {
                    return Optional.empty();
                }
                serverName = extension;
            }
        }
        return serverName == null ? Optional.empty() : hostName(serverName);
    }

    private static Optional<String> hostName(ByteBuffer extension) {
        ByteBuffer names = part(extension, unsignedShort(extension));
        Optional<String> host = Optional.empty();
        int hosts = 0;
        while (names.hasRemaining()) {
            int type = unsignedByte(names);
            ByteBuffer name = part(names, unsignedShort(names));
            if (type == HOST_NAME) {
                host = ServerNames.normalize(StandardCharsets.ISO_8859_1.decode(name).toString());
                hosts++;
            }
        }
        return hosts == 1 && !extension.hasRemaining() ? host : Optional.empty();
    }

    private static ByteBuffer part(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
    }

    private static int unsignedByte(ByteBuffer from) {
        return Byte.toUnsignedInt(from.get());
    }

    private static int unsignedShort(ByteBuffer from) {
        return Short.toUnsignedInt(from.getShort());
    }
}
