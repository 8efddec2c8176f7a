package io.ngrokd.cloud.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.ngrokd.cloud.config.Destination;
import io.ngrokd.cloud.config.SampleBackend;
import io.ngrokd.cloud.endpoint.Endpoint;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the ConnRequest of one connection, reaches the backend, answers, and hands over to a {@link Relay}. Bytes that
 * come right behind the request are kept for the backend.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UpgradeHandler.class);

    private static final long REFUSAL_LINGER_MILLIS = 2_000;

    private enum State { AWAITING_REQUEST, AWAITING_FIRST_BYTE, CONNECTING, REFUSED }

    private final UpgradeDecider decider;
    private final BackendDialer dialer;
    private final Duration timeout;
    private final ByteBuf pending = Unpooled.buffer();
    private State state = State.AWAITING_REQUEST;
    private boolean inputEnded;
    private Endpoint endpoint;
    private ScheduledFuture<?> deadline;

    UpgradeHandler(UpgradeDecider decider, BackendDialer dialer, Duration timeout) {
        this.decider = decider;
        this.dialer = dialer;
        this.timeout = timeout;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        awaitClient(context);
    }

    private void awaitClient(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> {
            LOG.debug("A client that sent nothing in time was closed. client={} state={}", context.channel().remoteAddress(), state);
            context.close();
        }, timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.cancel(false);
        pending.release();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
        try {
            if (state != State.REFUSED) {
                pending.writeBytes((ByteBuf) message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (state == State.AWAITING_REQUEST && BindingCodec.isComplete(pending)) {
            deadline.cancel(false);
            context.channel().config().setAutoRead(false);
            upgrade(context);
        } else if (state == State.AWAITING_FIRST_BYTE) {
            context.channel().config().setAutoRead(false);
            connect(context);
        }
    }

    private void upgrade(ChannelHandlerContext context) throws SSLPeerUnverifiedException {
        ConnRequest request;
        try {
            request = BindingCodec.readRequest(pending);
        } catch (IOException e) {
            refuse(context, UpgradeDecider.MALFORMED, "The ConnRequest can't be read: " + e.getMessage());
            return;
        }
        SslHandler tls = context.pipeline().get(SslHandler.class);
        X509Certificate certificate = (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
        switch (decider.decide(certificate, request)) {
            case UpgradeDecision.Refused(String code, String reason) -> refuse(context, code, reason);
            case UpgradeDecision.Accepted(Endpoint accepted) -> {
                endpoint = accepted;
                LOG.debug("A connection is upgraded. endpoint={} host={} port={} pod={}", accepted.id(), request.host(),
                        request.port(), request.podName());
                if (accepted.config().destination() instanceof Destination.Sample(SampleBackend sample)
                        && sample == SampleBackend.HTTPS && !pending.isReadable()) {
                    // Which of the two sample servers is meant shows in the first byte.
                    answer(context);
                    state = State.AWAITING_FIRST_BYTE;
                    awaitClient(context);
                    context.channel().config().setAutoRead(true);
                } else {
                    connect(context);
                }
            }
        }
    }

    private void connect(ChannelHandlerContext context) {
        if (endpoint.config().destination() instanceof Destination.Sample(SampleBackend sample) && sample.quick()) {
            deadline.cancel(false);
            answer(context);
            serveHere(context, dialer.quick(sample));
            return;
        }
        boolean answered = state == State.AWAITING_FIRST_BYTE;
        deadline.cancel(false);
        state = State.CONNECTING;
        int firstByte = pending.isReadable() ? pending.getUnsignedByte(pending.readerIndex()) : -1;
        dialer.dial(context.channel().eventLoop(), endpoint, firstByte, done -> {
            if (!context.channel().isActive()) {
                done.channel().close();
            } else if (!done.isSuccess()) {
                LOG.info("A backend can't be reached. endpoint={} destination={} reason={}", endpoint.id(),
                        endpoint.config().destination(), done.cause().getMessage());
                if (answered) {
                    // The client was told that it is through: a second answer would reach it as data.
                    context.close();
                    return;
                }
                refuse(context, UpgradeDecider.BACKEND_REFUSED,
                        "The backend of " + endpoint.url() + " can't be reached: " + done.cause().getMessage());
            } else {
                if (!answered) {
                    answer(context);
                }
                join(context, done.channel());
            }
        });
    }

    private void join(ChannelHandlerContext context, Channel backend) {
        Channel client = context.channel();
        Relay relay = new Relay(client, backend);
        if (pending.isReadable()) {
            backend.writeAndFlush(pending.readRetainedSlice(pending.readableBytes()));
        }
        backend.pipeline().addLast(new RelayHandler(relay, client, false));
        client.pipeline().replace(this, "relay", new RelayHandler(relay, backend, true));
        if (inputEnded) {
            relay.clientInputEnded();
        }
        client.config().setAutoRead(true);
        backend.config().setAutoRead(client.isWritable());
    }

    private void serveHere(ChannelHandlerContext context, ChannelHandler backend) {
        ChannelPipeline pipeline = context.pipeline();
        ByteBuf early = pending.readRetainedSlice(pending.readableBytes());
        boolean ended = inputEnded;
        pipeline.replace(this, "backend", backend);
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        tls.fireChannelRead(early);
        tls.fireChannelReadComplete();
        if (ended) {
            tls.fireUserEventTriggered(SslCloseCompletionEvent.SUCCESS);
        }
        context.channel().config().setAutoRead(true);
    }

    private void answer(ChannelHandlerContext context) {
        context.writeAndFlush(BindingCodec.write(
                ConnResponse.accepted(endpoint.id(), endpoint.url().scheme())));
    }

    private void refuse(ChannelHandlerContext context, String code, String reason) {
        state = State.REFUSED;
        LOG.info("An upgrade was refused. client={} code={} reason=\"{}\"", context.channel().remoteAddress(), code,
                reason);
        context.writeAndFlush(BindingCodec.write(ConnResponse.refused(code, reason)));
        // Closing now would reset the connection if the client has sent more than was read, and the reset could
        // overtake the reason. So: say that nothing more comes, and give the client a moment to close.
        context.pipeline().get(SslHandler.class).closeOutbound();
        pending.clear();
        context.channel().config().setAutoRead(true);
        deadline = context.executor().schedule(() -> context.close(), REFUSAL_LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            LOG.info("A TLS handshake failed. client={} reason={}", context.channel().remoteAddress(),
                    handshake.cause().getMessage());
            context.close();
        } else if (event instanceof SslCloseCompletionEvent) {
            inputEnded = true;
            if (state != State.CONNECTING) {
                context.close();
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE && !inputEnded) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection broke off before its upgrade. client={} reason={}", context.channel().remoteAddress(),
                cause.toString());
        context.close();
    }
}
