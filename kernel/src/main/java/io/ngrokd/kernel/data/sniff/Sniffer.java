package io.ngrokd.kernel.data.sniff;

import io.netty.buffer.ByteBuf;
import io.ngrokd.kernel.data.sniff.SniffDecision.Http;
import io.ngrokd.kernel.data.sniff.SniffDecision.NeedMore;
import io.ngrokd.kernel.data.sniff.SniffDecision.Raw;
import io.ngrokd.kernel.data.sniff.SniffDecision.Tls;
import java.util.Optional;

/**
 * Looks at the growing beginning of one connection. It remembers how far it has looked, so that bytes that arrive one
 * by one are not looked at again and again.
 */
public final class Sniffer {

    private static final int TLS_HANDSHAKE_RECORD = 0x16;
    private static final int TLS_MAJOR_VERSION = 3;
    private static final int TLS_CLIENT_HELLO = 1;
    private static final int TLS_TYPE_OFFSET = 5;
    private static final int LONGEST_METHOD = 32;
    /** The preface of HTTP/2 begins like a request, but nothing after it does. */
    private static final byte[] HTTP2_PREFACE = {'P', 'R', 'I', ' ', '*', ' ', 'H', 'T', 'T', 'P', '/', '2'};

    private static final SniffDecision NEED_MORE = new NeedMore();
    private static final SniffDecision RAW = new Raw();
    private static final SniffDecision HTTP = new Http();
    private static final SniffDecision TLS = new Tls(Optional.empty());

    private final ClientHelloReader hello;
    private int position;

    private Sniffer(ClientHelloReader hello) {
        this.hello = hello;
    }

    /** Tells TLS, HTTP and the rest apart with as few bytes as possible. */
    public static Sniffer forKind() {
        return new Sniffer(null);
    }

    /** Also reads a ClientHello to its end, for the name in it. */
    public static Sniffer forServerName() {
        return new Sniffer(new ClientHelloReader());
    }

    /**
     * Looks at all bytes received so far: the same ones as last time, and those that came since. Leaves the buffer's
     * indices alone.
     */
    public SniffDecision inspect(ByteBuf all) {
        if (!all.isReadable()) {
            return NEED_MORE;
        }
        int first = all.getUnsignedByte(all.readerIndex());
        return first == TLS_HANDSHAKE_RECORD ? inspectTls(all) : inspectText(all, first);
    }

    private SniffDecision inspectTls(ByteBuf all) {
        int start = all.readerIndex();
        int length = all.readableBytes();
        if (length > 1 && all.getUnsignedByte(start + 1) != TLS_MAJOR_VERSION) {
            return RAW;
        }
        if (length <= TLS_TYPE_OFFSET) {
            return NEED_MORE;
        }
        if (all.getUnsignedByte(start + TLS_TYPE_OFFSET) != TLS_CLIENT_HELLO) {
            return RAW;
        }
        if (hello == null) {
            return TLS;
        }
        position += hello.read(all, start + position, length - position);
        return hello.isDone() ? new Tls(hello.serverName()) : NEED_MORE;
    }

    private SniffDecision inspectText(ByteBuf all, int first) {
        if (first == '\r' || first == '\n') {
            // Empty lines before a request: the HTTP side knows how many are fine.
            return HTTP;
        }
        int start = all.readerIndex();
        int length = all.readableBytes();
        for (; position < length; position++) {
            int c = all.getUnsignedByte(start + position);
            if (c == ' ' && position > 0) {
                return afterMethod(all, start, length);
            }
            if (!isTokenCharacter(c) || position >= LONGEST_METHOD) {
                return RAW;
            }
        }
        return NEED_MORE;
    }

    private static SniffDecision afterMethod(ByteBuf all, int start, int length) {
        for (int i = 0; i < HTTP2_PREFACE.length; i++) {
            if (i == length) {
                return NEED_MORE;
            }
            if (all.getByte(start + i) != HTTP2_PREFACE[i]) {
                return HTTP;
            }
        }
        return RAW;
    }

    private static boolean isTokenCharacter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                || c > ' ' && c < 0x7F && "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
    }
}
