package io.ngrokd.kernel.data.sniff;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;

/**
 * Puts a ClientHello together out of TLS records, however many it is spread over, and reads its server name. Gives up,
 * with no name, on anything that is malformed or longer than any honest client sends.
 */
final class ClientHelloReader {

    private static final int HANDSHAKE_RECORD = 0x16;
    private static final int MAJOR_VERSION = 3;
    private static final int RECORD_HEADER = 5;
    private static final int LONGEST_RECORD = 16 * 1024 + 256;
    private static final int HANDSHAKE_HEADER = 4;
    private static final int LONGEST_HELLO = 16 * 1024;

    private final byte[] header = new byte[RECORD_HEADER];
    private int headerBytes;
    private int recordLeft;
    private byte[] hello = new byte[512];
    private int helloBytes;
    private boolean done;
    private Optional<String> serverName = Optional.empty();

    boolean isDone() {
        return done;
    }

    Optional<String> serverName() {
        return serverName;
    }

    /** Takes what it needs of the bytes and says how many that were. */
    int read(ByteBuf bytes, int offset, int length) {
        int taken = 0;
        while (!done && taken < length) {
            taken += recordLeft == 0
                    ? readHeader(bytes, offset + taken, length - taken)
                    : readPayload(bytes, offset + taken, length - taken);
        }
        return taken;
    }

    private int readHeader(ByteBuf bytes, int offset, int length) {
        int count = Math.min(RECORD_HEADER - headerBytes, length);
        bytes.getBytes(offset, header, headerBytes, count);
        headerBytes += count;
        if (headerBytes == RECORD_HEADER) {
            headerBytes = 0;
            recordLeft = Byte.toUnsignedInt(header[3]) << 8 | Byte.toUnsignedInt(header[4]);
            // An empty record is legal for application data only; without this, headers alone would never end.
            done = header[0] != HANDSHAKE_RECORD || header[1] != MAJOR_VERSION || recordLeft == 0
                    || recordLeft > LONGEST_RECORD;
        }
        return count;
    }

    private int readPayload(ByteBuf bytes, int offset, int length) {
        int count = Math.min(recordLeft, length);
        int room = HANDSHAKE_HEADER + LONGEST_HELLO - helloBytes;
        int kept = Math.min(count, room);
        if (helloBytes + kept > hello.length) {
            hello = Arrays.copyOf(hello, Math.max(helloBytes + kept, hello.length * 2));
        }
        bytes.getBytes(offset, hello, helloBytes, kept);
        helloBytes += kept;
        recordLeft -= count;
        if (helloBytes >= HANDSHAKE_HEADER) {
            int wanted = Byte.toUnsignedInt(hello[1]) << 16 | Byte.toUnsignedInt(hello[2]) << 8
                    | Byte.toUnsignedInt(hello[3]);
            if (wanted > LONGEST_HELLO) {
                done = true;
            } else if (helloBytes >= HANDSHAKE_HEADER + wanted) {
                done = true;
                serverName = new ClientHello(hello, HANDSHAKE_HEADER, wanted).serverName();
            }
        }
        return count;
    }
}
