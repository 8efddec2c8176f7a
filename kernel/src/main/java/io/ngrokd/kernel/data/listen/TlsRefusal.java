package io.ngrokd.kernel.data.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ngrokd.kernel.data.channel.LingeringClose;
import io.ngrokd.kernel.data.relay.RelaySettings;

/**
 * Tells a TLS client that nobody here has the name that it asked for: a fatal alert in place of a ServerHello, then the end.
 *
 * <p>A client that names nobody where several endpoints are gets the same one. RFC 8446 has {@code missing_extension} for
 * that, but clients of TLS 1.2 do not know it there, and "unrecognized name" says to a person what is wrong in both cases.
 */
final class TlsRefusal {

    private static final int ALERT_RECORD = 21;
    private static final int FATAL = 2;
    private static final int UNRECOGNIZED_NAME = 112;
    private static final int TLS_1_0 = 0x0301;
    private static final int TLS_1_2 = 0x0303;
    /** Behind a record's header and a handshake message's: the highest version of a client that knows no TLS 1.3. */
    private static final int CLIENT_VERSION_OFFSET = 5 + 4;

    private TlsRefusal() {}

    /**
     * Refuses and closes.
     *
     * @param hello the client's first bytes; taken over
     */
    static void unrecognizedName(ClientStream client, ByteBuf hello, RelaySettings limits) {
        int version = version(hello);
        hello.release();
        ByteBuf alert = Unpooled.buffer(7)
                .writeByte(ALERT_RECORD).writeShort(version).writeShort(2)
                .writeByte(FATAL).writeByte(UNRECOGNIZED_NAME);
        client.write(alert);
        LingeringClose.start(client, false, limits.halfClosedLimit(), limits.lingerLimit());
    }

    /** Of the record: none that the client is too old for. One of TLS 1.3 expects that of 1.2. */
    private static int version(ByteBuf hello) {
        int offset = hello.readerIndex() + CLIENT_VERSION_OFFSET;
        int offered = offset + 2 <= hello.writerIndex() ? hello.getUnsignedShort(offset) : TLS_1_2;
        return Math.clamp(offered, TLS_1_0, TLS_1_2);
    }
}
