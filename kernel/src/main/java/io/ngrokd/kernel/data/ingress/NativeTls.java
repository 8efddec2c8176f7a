package io.ngrokd.kernel.data.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.Buffer;
import io.netty.internal.tcnative.SSL;
import io.netty.util.concurrent.Promise;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * TLS by BoringSSL, from the end of the handshake on. The handshake is Netty's; but its engine closes both directions as soon
 * as the far side closes one, which would cut half-closed streams, and it copies more often than it takes. This handler
 * takes the SSL object over and lets BoringSSL read and write Netty's buffers where they are.
 *
 * <p>Every write becomes records at once, so that the channel's watermarks count what really waits to be sent.
 */
final class NativeTls extends ChannelDuplexHandler implements TlsLayer {

    /** For what BoringSSL says by itself while there is nowhere to put it: an alert, the answer to a key update. */
    private static final int OWN_WORDS = 2048;

    private static final int RECORD = 16 * 1024;

    /** For what BoringSSL puts in front of a write without having said so before: the answer to a key update, 27 bytes. */
    private static final int UNANNOUNCED = 64;

    private static final int LEAST_READ = 256;
    private static final int CLOSE_LIMIT_SECONDS = 3;

    private final ReferenceCountedOpenSslEngine engine;
    private final long ssl;
    private final long network;
    private final int recordOverhead;
    private ChannelHandlerContext context;
    private boolean inputEndClean;
    private boolean inputBroken;
    private boolean outboundClosed;
    private boolean released;

    private NativeTls(ReferenceCountedOpenSslEngine engine) {
        this.engine = engine;
        ssl = engine.sslPointer();
        recordOverhead = SSL.getMaxWrapOverhead(ssl);
        try {
            // TLS 1.2 only, and nothing that we could do from here: a clear failure is better than a stream that stalls.
            SSL.setRenegotiateMode(ssl, SSL.SSL_RENEGOTIATE_NEVER);
        } catch (Exception unknown) {
            throw new IllegalStateException("BoringSSL knows no such mode", unknown);
        }
        // Frees the engine's own, which is empty when nothing of the handshake is left to be sent.
        network = SSL.bioNewByteBuffer(ssl, OWN_WORDS);
    }

    /** Puts itself in the place of a handler whose handshake is done and whose engine is BoringSSL's. Not from inside of that handler. */
    static NativeTls takeOver(Channel channel, SslHandler handshaken) {
        ReferenceCountedOpenSslEngine engine = (ReferenceCountedOpenSslEngine) handshaken.engine();
        engine.retain();
        NativeTls tls = new NativeTls(engine);
        // Otherwise it fails the future when it is removed, with an exception whose stack trace nobody reads.
        ((Promise<?>) handshaken.sslCloseFuture()).trySuccess(null);
        channel.pipeline().replace(handshaken, null, tls);
        return tls;
    }

    /** Whether {@link #takeOver} can be called: an alert ends the engine and its SSL object with it. */
    static boolean canTakeOver(SslHandler handler) {
        return handler.engine() instanceof ReferenceCountedOpenSslEngine engine && engine.sslPointer() != 0 && !engine.isOutboundDone();
    }

    @Override
    public ChannelFuture closeOutbound() {
        ChannelPromise sent = context.newPromise();
        if (outboundClosed || released) {
            return sent.setSuccess();
        }
        outboundClosed = true;
        SSL.shutdownSSL(ssl);
        SSL.clearError();
        ByteBuf alert = takeOwnWords(context.alloc());
        context.writeAndFlush(alert, sent);
        return sent;
    }

    @Override
    public boolean isOutboundClosed() {
        return outboundClosed || released;
    }

    @Override
    public SSLSession session() {
        return engine.getSession();
    }

    @Override
    public boolean isInputEndClean() {
        return inputEndClean;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        if (!released) {
            released = true;
            // Frees the SSL object and with it the buffer between it and the network.
            engine.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext here, Object event) {
        // Netty's handler may have its own view of the end when it is replaced.
        if (!(event instanceof SslCloseCompletionEvent)) {
            here.fireUserEventTriggered(event);
        }
    }

    // From the network.

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        ByteBuf records = (ByteBuf) message;
        ByteBuf direct = null;
        try {
            if (!released && !inputEndClean && !inputBroken) {
                direct = direct(here.alloc(), records);
                decrypt(direct);
            }
        } finally {
            if (direct != null && direct != records) {
                direct.release();
            }
            records.release();
        }
    }

    /** Everything is decrypted before anybody hears of it: who hears may write, and BoringSSL has one place for both. */
    private void decrypt(ByteBuf records) {
        List<ByteBuf> plains = new ArrayList<>(1);
        int read;
        int error = SSL.SSL_ERROR_NONE;
        String reason = "";
        int left = records.readableBytes();
        boolean done = false;
        SSL.bioSetByteBuffer(network, address(records) + records.readerIndex(), left, false);
        try {
            do {
                ByteBuf plain = context.alloc().directBuffer(Math.max(left, LEAST_READ));
                plains.add(plain);
                read = fill(plain);
                if (read <= 0) {
                    error = SSL.getError(ssl, read);
                    reason = isFailure(error) ? SSL.getErrorString(SSL.getLastErrorNumber()) : "";
                }
                left = Math.max(SSL.bioLengthByteBuffer(network), SSL.sslPending(ssl));
            } while (read > 0);
            done = true;
        } finally {
            SSL.bioClearByteBuffer(network);
            SSL.clearError();
            if (!done) {
                // There is no memory for another one.
                plains.forEach(ByteBuf::release);
            }
        }
        if (SSL.bioLengthNonApplication(network) > 0) {
            context.writeAndFlush(takeOwnWords(context.alloc()));
        }
        inputEndClean = error == SSL.SSL_ERROR_ZERO_RETURN;
        inputBroken = isFailure(error);
        for (ByteBuf plain : plains) {
            if (plain.isReadable()) {
                context.fireChannelRead(plain);
            } else {
                plain.release();
            }
        }
        if (inputEndClean) {
            context.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        } else if (inputBroken) {
            context.fireExceptionCaught(new SSLException("BoringSSL: " + reason));
        }
    }

    private static boolean isFailure(int error) {
        return error != SSL.SSL_ERROR_NONE && error != SSL.SSL_ERROR_WANT_READ && error != SSL.SSL_ERROR_WANT_WRITE
                && error != SSL.SSL_ERROR_ZERO_RETURN;
    }

    /** Reads until the buffer is full or there is no more: positive for the former, else what BoringSSL said. */
    private int fill(ByteBuf plain) {
        long to = address(plain);
        while (plain.isWritable()) {
            int read = SSL.readFromSSL(ssl, to + plain.writerIndex(), plain.writableBytes());
            if (read <= 0) {
                return read;
            }
            plain.writerIndex(plain.writerIndex() + read);
        }
        return 1;
    }

    // To the network.

    @Override
    public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
        ByteBuf plain = (ByteBuf) message;
        if (!plain.isReadable()) {
            here.write(plain, promise);
            return;
        }
        ByteBuf direct = null;
        ByteBuf records;
        try {
            if (isOutboundClosed()) {
                throw new SSLException("nothing can be sent behind a close_notify");
            }
            direct = direct(here.alloc(), plain);
            records = encrypt(here.alloc(), direct);
        } catch (SSLException failure) {
            promise.tryFailure(failure);
            return;
        } finally {
            if (direct != null && direct != plain) {
                direct.release();
            }
            plain.release();
        }
        // A write that fails is told by the end of the output, not as a failure of the input: an answer may be waiting there.
        here.write(records, promise.isVoid() ? here.channel().unsafe().voidPromise() : promise);
    }

    private ByteBuf encrypt(ByteBufAllocator allocator, ByteBuf plain) throws SSLException {
        int length = plain.readableBytes();
        int most = length + ((length - 1) / RECORD + 1) * recordOverhead + SSL.bioLengthNonApplication(network) + UNANNOUNCED;
        ByteBuf records = allocator.directBuffer(most);
        boolean whole = false;
        try {
            SSL.bioSetByteBuffer(network, address(records), most, true);
            SSL.bioFlushByteBuffer(network);
            long from = address(plain) + plain.readerIndex();
            int written = 0;
            while (written < length) {
                int now = SSL.writeToSSL(ssl, from + written, Math.min(length - written, RECORD));
                if (now <= 0) {
                    throw new SSLException("BoringSSL: " + SSL.getErrorString(SSL.getLastErrorNumber()));
                }
                written += now;
            }
            records.writerIndex(most - SSL.bioLengthByteBuffer(network));
            whole = true;
            return records;
        } finally {
            SSL.bioClearByteBuffer(network);
            SSL.clearError();
            if (!whole) {
                records.release();
            }
        }
    }

    private ByteBuf takeOwnWords(ByteBufAllocator allocator) {
        int length = SSL.bioLengthNonApplication(network);
        ByteBuf words = allocator.directBuffer(Math.max(length, 1));
        SSL.bioSetByteBuffer(network, address(words), words.capacity(), true);
        words.writerIndex(SSL.bioFlushByteBuffer(network));
        SSL.bioClearByteBuffer(network);
        return words;
    }

    @Override
    public void close(ChannelHandlerContext here, ChannelPromise promise) {
        if (!here.channel().isActive() || isOutboundClosed()) {
            here.close(promise);
            return;
        }
        // The close_notify should leave before the connection does, if the far side takes it.
        ChannelFuture sent = closeOutbound();
        var late = here.executor().schedule(() -> here.close(promise), CLOSE_LIMIT_SECONDS, TimeUnit.SECONDS);
        sent.addListener((ChannelFutureListener) done -> {
            if (late.cancel(false)) {
                here.close(promise);
            }
        });
    }

    /** The bytes where BoringSSL can reach them: themselves, or a copy. */
    private static ByteBuf direct(ByteBufAllocator allocator, ByteBuf bytes) {
        if (bytes.hasMemoryAddress() || bytes.isDirect() && bytes.isContiguous() && !bytes.isReadOnly()) {
            return bytes;
        }
        return allocator.directBuffer(bytes.readableBytes()).writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
    }

    /** Of index 0. */
    private static long address(ByteBuf bytes) {
        if (bytes.hasMemoryAddress()) {
            return bytes.memoryAddress();
        }
        ByteBuffer nio = bytes.internalNioBuffer(0, bytes.capacity());
        return Buffer.address(nio) + nio.position();
    }
}
