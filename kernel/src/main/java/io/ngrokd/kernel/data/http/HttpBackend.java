package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.ingress.IngressStream;
import java.util.Optional;

/** The ingress side of the proxy: sends a request, reads its responses, finds where the last one ends. */
final class HttpBackend extends ChannelInboundHandlerAdapter {

    private final HttpConversation conversation;
    private final UpstreamLease lease;
    private final IngressStream stream;
    private final HeadScanner scanner;
    private ChannelHandlerContext context;
    private HttpExchange exchange;
    private ResponseHead response;
    private ByteBuf pending;
    private int exchanges;
    private boolean heard;
    private boolean pinned;
    private boolean traced;
    private boolean ended;

    HttpBackend(HttpConversation conversation, UpstreamLease lease, HttpSettings settings) {
        this.conversation = conversation;
        this.lease = lease;
        this.stream = lease.stream();
        this.scanner = new HeadScanner(settings);
    }

    IngressStream stream() {
        return stream;
    }

    UpstreamLease lease() {
        return lease;
    }

    /** Whether the exchange's request can be sent on it now. */
    boolean serves(HttpExchange next) {
        return !ended && exchange == null && stream.channel().isActive()
                && stream.request().equals(next.destination().ingressRequest())
                && (pinned || !lease.shared() || next.isShareable());
    }

    /** Whether an earlier request was sent on it, so that it may have been closed under the present one. */
    boolean isReused() {
        return lease.shared() || exchanges > 1;
    }

    /** Whether it is the client's for as long as both live: its authentication is. */
    boolean isPinned() {
        return pinned;
    }

    /** Whether nothing is under way on it and nothing of its client's has stayed on it. */
    boolean isClean() {
        return !ended && exchange == null && exchanges > 0 && !pinned && !traced;
    }

    void begin(HttpExchange next) {
        exchange = next;
        response = null;
        heard = false;
        exchanges++;
        pinned |= next.isConnectionBound();
        traced |= next.leavesTraces();
        scanner.reset();
    }

    void write(ByteBuf bytes) {
        if (context == null || context.isRemoved()) {
            bytes.release();
            return;
        }
        context.write(bytes, context.voidPromise());
        // A write may fail at once and end all of this; then nobody would open the client's reads again.
        if (!ended && !context.isRemoved() && !context.channel().isWritable()) {
            conversation.client().reads().close(ReadGate.Reason.PEER_FULL);
        }
    }

    void flush() {
        if (context != null && !context.isRemoved()) {
            context.flush();
        }
    }

    /** Ends the stream in order. */
    void close() {
        ended = true;
        stream.close();
    }

    /** Ends the stream so that the endpoint sees that the request was not finished. */
    void abort() {
        ended = true;
        stream.abort();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        releasePending();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (ended) {
            bytes.release();
        } else if (exchange == null) {
            // Nobody asked. Whatever this is, the next request must not be answered with it.
            bytes.release();
            close();
            conversation.upstreamGone(this);
        } else if (response != null) {
            passBody(bytes);
        } else {
            heard = true;
            pending = pending == null
                    ? bytes
                    : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), pending, bytes);
            readHeads();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        conversation.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        if (here.channel().isWritable()) {
            conversation.progressed();
            conversation.client().reads().open(ReadGate.Reason.PEER_FULL);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        switch (event) {
            case ChannelInputShutdownEvent shutdown -> endOfInput(stream.isInputEndClean());
            case SslCloseCompletionEvent close when close.isSuccess() -> endOfInput(true);
            default -> ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable failure) {
        broken("the connection to the endpoint broke: " + failure.getMessage());
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        broken("the connection to the endpoint was cut");
        here.fireChannelInactive();
    }

    private void readHeads() {
        try {
            while (pending != null && response == null && !ended) {
                int length = scanner.scan(pending);
                if (length < 0) {
                    return;
                }
                byte[] bytes = new byte[length];
                pending.getBytes(pending.readerIndex(), bytes);
                ResponseHead head = ResponseHead.parse(bytes, exchange.request());
                ByteBuf came = pending.readRetainedSlice(length);
                scanner.reset();
                accept(head, came);
            }
            if (pending != null && exchange != null && response != null) {
                ByteBuf rest = pending;
                pending = null;
                passBody(rest);
            }
        } catch (HttpViolation violation) {
            violated(violation);
        }
    }

    private void accept(ResponseHead head, ByteBuf came) throws HttpViolation {
        if (head.isInterim()) {
            if (exchange.request().minorVersion() == 1) {
                exchange.passInterim();
                forwardHead(head, came, false);
            } else {
                // Interim responses came with HTTP/1.1; older clients would take one for the answer.
                came.release();
            }
        } else if (head.status() == 101) {
            if (!exchange.request().upgrade()) {
                came.release();
                throw HttpViolation.bad("the endpoint switched protocols although nobody asked it to");
            }
            exchange.startSwitched();
            conversation.forward(came);
            ByteBuf rest = pending;
            pending = null;
            ended = true;
            conversation.switchProtocols(this, rest);
        } else {
            response = head;
            pinned |= ConnectionAuthentication.isIn(head.head());
            forwardHead(head, came, exchange.startAnswering(head, pinned, conversation.isDraining()));
            if (head.body().isDone()) {
                finish();
            }
        }
    }

    private void forwardHead(ResponseHead head, ByteBuf came, boolean closing) {
        Optional<ByteBuf> edited = ForwardedAnswer.of(head, exchange.request(), closing);
        if (edited.isPresent()) {
            came.release();
        }
        conversation.forward(edited.orElse(came));
    }

    private void passBody(ByteBuf bytes) {
        int taken;
        try {
            taken = response.body().take(bytes);
        } catch (HttpViolation violation) {
            bytes.release();
            violated(violation);
            return;
        }
        boolean surplus = taken < bytes.readableBytes();
        if (taken == 0) {
            bytes.release();
        } else if (surplus) {
            conversation.forward(bytes.readRetainedSlice(taken));
            bytes.release();
        } else {
            conversation.forward(bytes);
        }
        if (response.body().isDone()) {
            // Bytes behind an answer belong to no request; nothing that comes later could be trusted.
            ended |= surplus;
            finish();
        }
    }

    private void finish() {
        boolean surplus = pending != null && pending.isReadable();
        releasePending();
        ended |= surplus || !response.persistent();
        HttpExchange done = exchange;
        exchange = null;
        response = null;
        done.finishAnswer();
        conversation.answered(this, done);
    }

    private void endOfInput(boolean clean) {
        if (ended) {
            return;
        }
        boolean untilClose = exchange != null && response != null && response.body() instanceof BodyFramer.UntilClose;
        if (untilClose && clean) {
            // Only TLS's own end says that this was all; a bare end of the connection may have been made by anybody.
            ended = true;
            finish();
        } else {
            broken("the endpoint closed the connection"
                    + (response == null ? " without an answer" : " in the middle of its answer"));
        }
    }

    private void broken(String why) {
        if (ended) {
            return;
        }
        ended = true;
        boolean idle = exchange == null;
        boolean untilClose = response != null && response.body() instanceof BodyFramer.UntilClose;
        exchange = null;
        stream.close();
        if (idle) {
            conversation.upstreamGone(this);
        } else {
            conversation.upstreamFailed(this, new UpstreamFailure(why, untilClose, !heard));
        }
    }

    private void violated(HttpViolation violation) {
        ended = true;
        exchange = null;
        stream.abort();
        conversation.upstreamFailed(this, new UpstreamFailure(
                "the endpoint's answer is not valid HTTP: " + violation.getMessage(), false, false));
    }

    private void releasePending() {
        if (pending != null) {
            pending.release();
            pending = null;
        }
    }

    /** Whether no further request may be sent on it. */
    boolean isEnded() {
        return ended;
    }
}
