package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.Optional;

/** Collects a client's bytes until they hold a request's head, and keeps what came behind it. */
final class RequestReader {

    private static final int EMPTY_LINE = 2;

    private final HeadScanner scanner;
    private ByteBuf pending = Unpooled.EMPTY_BUFFER;
    private boolean emptyLineSkipped;
    private boolean headStarted;

    RequestReader(HttpSettings settings) {
        scanner = new HeadScanner(settings);
    }

    /** Takes bytes over. */
    void add(ByteBufAllocator allocator, ByteBuf bytes) {
        if (pending.isReadable()) {
            pending = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, pending, bytes);
        } else {
            pending.release();
            pending = bytes;
        }
    }

    /** Whether bytes are waiting. */
    boolean hasBytes() {
        return pending.isReadable();
    }

    /** Whether a head has begun to arrive. */
    boolean isHeadStarted() {
        return headStarted;
    }

    /** Hands out everything that waits. */
    ByteBuf takeAll() {
        ByteBuf all = pending;
        pending = Unpooled.EMPTY_BUFFER;
        return all;
    }

    /** The head of a request; empty until it is complete. */
    Optional<RequestHead> read() throws HttpViolation {
        if (!skipEmptyLine() || !pending.isReadable()) {
            return Optional.empty();
        }
        headStarted = true;
        int length = scanner.scan(pending);
        if (length < 0) {
            return Optional.empty();
        }
        byte[] head = new byte[length];
        pending.readBytes(head);
        if (!pending.isReadable()) {
            // Nothing waits: an idle connection must not hold on to the buffer until its next request.
            release();
        }
        scanner.reset();
        headStarted = false;
        emptyLineSkipped = false;
        return Optional.of(RequestHead.parse(head));
    }

    void release() {
        takeAll().release();
    }

    /** One empty line before a request is fine (RFC 9112, 2.2); false when it can't be told yet. */
    private boolean skipEmptyLine() {
        if (!emptyLineSkipped && pending.isReadable()) {
            boolean mayBeEmpty = pending.getByte(pending.readerIndex()) == '\r';
            if (mayBeEmpty && pending.readableBytes() < EMPTY_LINE) {
                return false;
            }
            emptyLineSkipped = true;
            if (mayBeEmpty && pending.getByte(pending.readerIndex() + 1) == '\n') {
                pending.skipBytes(EMPTY_LINE);
            }
        }
        return emptyLineSkipped;
    }
}
