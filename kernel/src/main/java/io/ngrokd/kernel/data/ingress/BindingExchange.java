package io.ngrokd.kernel.data.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.ingress.BindingMessages.Response;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * Waits for the handshake, then for somebody who wants an endpoint; asks for it and reads the answer. What comes behind the
 * answer belongs to the stream: it is kept, together with the news that the stream ended, until somebody is in charge.
 */
final class BindingExchange extends ChannelInboundHandlerAdapter {

    private static final int LONGEST_REFUSAL = 300;

    /** Told how it goes: that it is ready, then once how the exchange went; or at any time, and last, that it failed. */
    interface Outcome {

        /** The endpoint may be asked for. */
        void ready(TlsLayer tls);

        void succeeded(Response response);

        void failed(IngressException failure);
    }

    private enum State { HANDSHAKE, READY, ANSWER, DONE, HANDED_OVER }

    private final IngressTarget target;
    private final int longestResponse;
    private Outcome outcome;
    private State state = State.HANDSHAKE;
    private ByteBuf received;
    private boolean closeNotifySeen;
    private boolean inputShutdownSeen;

    BindingExchange(IngressTarget target, int longestResponse, Outcome outcome) {
        this.target = target;
        this.longestResponse = longestResponse;
        this.outcome = outcome;
    }

    /** Tells somebody else from now on. */
    void tell(Outcome next) {
        outcome = next;
    }

    /** Whether it waits to be asked. */
    boolean isReady() {
        return state == State.READY;
    }

    /** Asks for an endpoint, once, when it is ready. */
    void ask(ChannelHandlerContext context, IngressRequest request) {
        state = State.ANSWER;
        context.writeAndFlush(BindingMessages.encode(request, context.alloc()));
    }

    /** Leaves the pipeline and tells whoever follows in it what came meanwhile. */
    void handOver(ChannelHandlerContext context) {
        state = State.HANDED_OVER;
        ByteBuf rest = received;
        received = null;
        if (rest != null && rest.isReadable()) {
            context.fireChannelRead(rest);
            context.fireChannelReadComplete();
        } else if (rest != null) {
            rest.release();
        }
        if (closeNotifySeen) {
            context.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
        if (inputShutdownSeen) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
        if (!context.channel().isActive()) {
            context.fireChannelInactive();
        }
        context.pipeline().remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake when handshake.isSuccess() -> {
                state = State.READY;
                // Netty's handler is still at work further up the stack, and may be replaced only when it is not.
                context.executor().execute(() -> shakenHands(context));
            }
            case SslHandshakeCompletionEvent handshake -> fail(handshakeFailure(handshake.cause()));
            case SslCloseCompletionEvent close when close.isSuccess() -> {
                closeNotifySeen = true;
                failUnlessDone();
            }
            case ChannelInputShutdownEvent shutdown -> {
                inputShutdownSeen = true;
                failUnlessDone();
            }
            default -> ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (state == State.HANDED_OVER) {
            context.fireChannelRead(bytes);
            return;
        }
        received = received == null
                ? bytes
                : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, bytes);
        if (state == State.ANSWER) {
            readAnswer();
        } else if (state == State.READY) {
            fail(IngressException.of(Cause.PROTOCOL, "the ingress " + target + " spoke before it was asked anything", null));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (state == State.HANDED_OVER) {
            context.fireChannelReadComplete();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failUnlessDone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        Throwable cause = failure instanceof DecoderException && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (state == State.HANDED_OVER) {
            context.fireExceptionCaught(cause);
        } else if (cause instanceof SSLException && (state == State.ANSWER || state == State.READY)) {
            fail(TlsFailures.explain(cause, target));
        } else if (cause instanceof IOException && !(cause instanceof SSLException)) {
            failUnlessDone();
        } else {
            fail(IngressException.of(Cause.PROTOCOL, "the binding exchange failed: " + cause.getMessage(), cause));
        }
        if (state == State.DONE) {
            // An end that nobody could be told of yet: the stream must look ended when it is handed over.
            inputShutdownSeen = true;
        }
    }

    private void shakenHands(ChannelHandlerContext context) {
        if (state != State.READY) {
            return;
        }
        SslHandler handler = context.pipeline().get(SslHandler.class);
        if (handler == null || !context.channel().isActive()) {
            failUnlessDone();
        } else if (NativeTls.canTakeOver(handler)) {
            outcome.ready(NativeTls.takeOver(context.channel(), handler));
        } else {
            outcome.ready(new HandlerTls(handler));
        }
    }

    private void readAnswer() {
        if (received.readableBytes() < BindingMessages.LENGTH_BYTES) {
            return;
        }
        int length = received.getUnsignedShortLE(received.readerIndex());
        if (length > longestResponse) {
            fail(IngressException.of(
                    Cause.PROTOCOL,
                    "the ingress " + target + " announced an answer of " + length + " bytes, more than "
                            + longestResponse,
                    null));
            return;
        }
        if (received.readableBytes() < BindingMessages.LENGTH_BYTES + length) {
            return;
        }
        byte[] message = new byte[length];
        received.skipBytes(BindingMessages.LENGTH_BYTES).readBytes(message);
        try {
            Response response = BindingMessages.decode(message);
            if (response.isRefusal()) {
                fail(IngressException.refused(response.errorCode(), refusal(response)));
            } else {
                state = State.DONE;
                outcome.succeeded(response);
            }
        } catch (IOException garbage) {
            fail(IngressException.of(
                    Cause.PROTOCOL,
                    "the ingress " + target + " sent an answer that can't be read: " + garbage.getMessage(),
                    garbage));
        }
    }

    /** In one line of bounded length: it goes into logs and to terminals, and the far side wrote it. */
    private static String refusal(Response response) {
        String given = response.errorMessage();
        StringBuilder shown = new StringBuilder();
        given.codePoints().limit(LONGEST_REFUSAL).forEach(c -> shown.appendCodePoint(isPrintable(c) ? c : ' '));
        if (given.codePointCount(0, given.length()) > LONGEST_REFUSAL) {
            shown.append("...");
        }
        String line = shown.toString().strip();
        return line.isEmpty() ? "the ingress gave no reason" : line;
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    private IngressException handshakeFailure(Throwable failure) {
        // A broken connection may come wrapped: as the failure to write some TLS record.
        for (Throwable link = failure; link != null; link = link.getCause()) {
            if (link instanceof IOException && !(link instanceof SSLException)) {
                return brokenHandshake(failure);
            }
        }
        return TlsFailures.explain(failure, target);
    }

    private IngressException brokenHandshake(Throwable failure) {
        return IngressException.passing(
                Cause.UNREACHABLE, "the ingress " + target + " hung up during the TLS handshake", failure);
    }

    private void failUnlessDone() {
        if (state == State.HANDSHAKE) {
            fail(brokenHandshake(null));
        } else if (state == State.READY) {
            fail(IngressException.passing(
                    Cause.UNREACHABLE, "the ingress " + target + " closed a connection before anything was asked on it", null));
        } else if (state == State.ANSWER) {
            // With TLS 1.3 the client is done before the server has looked at its certificate. But an ingress that is
            // being restarted looks just the same, and does not the second time.
            fail(IngressException.passing(
                    Cause.CERTIFICATE_REFUSED,
                    "the ingress " + target + " hung up instead of answering, which usually means that it refused"
                            + " our client certificate",
                    null));
        }
    }

    private void fail(IngressException failure) {
        if (state != State.DONE && state != State.HANDED_OVER) {
            state = State.DONE;
            outcome.failed(failure);
        }
    }
}
