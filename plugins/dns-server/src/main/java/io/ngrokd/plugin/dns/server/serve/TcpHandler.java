package io.ngrokd.plugin.dns.server.serve;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection's questions, each behind its length. Any number may be sent without waiting; answers come as they are ready. A
 * connection on which no whole question came for ten seconds is closed, however many bytes trickle in; one whose client does not
 * read its answers is not read from.
 */
public final class TcpHandler extends ByteToMessageDecoder {

    private static final Logger LOG = LoggerFactory.getLogger(TcpHandler.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_WAITING = 64;
    private static final int PAUSE_MILLIS = 50;
    private static final int SHORTEST = 12;

    private final Responder responder;
    private final Upstream upstream;
    private final InetSocketAddress local;
    private final TcpConnections connections;
    private InetAddress client;
    private int waiting;
    private boolean pausing;
    private boolean ended;
    private long lastQuestion;

    /** @param local where the connection's server is bound */
    public TcpHandler(Responder responder, Upstream upstream, InetSocketAddress local, TcpConnections connections) {
        this.responder = responder;
        this.upstream = upstream;
        this.local = local;
        this.connections = connections;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        client = ((InetSocketAddress) context.channel().remoteAddress()).getAddress();
        Channel quietest = connections.add(context.channel(), client);
        if (quietest != null) {
            quietest.close();
        }
        lastQuestion = System.nanoTime();
        closeWhenIdle(context, IDLE_NANOS);
    }

    private void closeWhenIdle(ChannelHandlerContext context, long nanos) {
        context.executor().schedule(() -> {
            long left = lastQuestion + IDLE_NANOS - System.nanoTime();
            if (!context.channel().isOpen()) {
                return;
            }
            if (left <= 0 && waiting == 0) {
                context.close();
            } else {
                closeWhenIdle(context, Math.max(left, TimeUnit.SECONDS.toNanos(1)));
            }
        }, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        super.channelInactive(context);
        if (client != null) {
            connections.remove(context.channel(), client);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        while (in.readableBytes() >= 2 && context.channel().isActive() && !mustWait(context)) {
            int length = in.getUnsignedShort(in.readerIndex());
            if (length < SHORTEST || length > Responder.LONGEST_QUERY) {
                close(context, in);
                return;
            }
            if (in.readableBytes() < 2 + length) {
                return;
            }
            in.getBytes(in.readerIndex() + 2, responder.input(), 0, length);
            int result = responder.respond(length, client, local.getAddress(), true);
            if (result == Responder.TOO_MANY) {
                pause(context);
                return;
            }
            in.skipBytes(2 + length);
            if (result == Responder.DROP) {
                close(context, in);
                return;
            }
            answer(context, result);
        }
    }

    private void answer(ChannelHandlerContext context, int result) {
        lastQuestion = System.nanoTime();
        connections.touch(context.channel(), client);
        if (result > 0) {
            context.write(frame(context, responder.output(), result), context.voidPromise());
            return;
        }
        waiting++;
        upstream.ask(responder.query().toQuestion(true), client, responder.isAboveOurs(), answer -> context.executor().execute(() -> {
            waiting--;
            if (answer != null && context.channel().isActive()) {
                context.writeAndFlush(frame(context, answer, answer.length), context.voidPromise());
            }
            goOn(context);
        }));
    }

    private boolean mustWait(ChannelHandlerContext context) {
        boolean must = pausing || waiting >= MOST_WAITING || !context.channel().isWritable();
        context.channel().config().setAutoRead(!must);
        return must;
    }

    /** The client asked too often: the question that has been read is looked at again later. */
    private void pause(ChannelHandlerContext context) {
        pausing = true;
        context.channel().config().setAutoRead(false);
        context.executor().schedule(() -> {
            pausing = false;
            goOn(context);
        }, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Reads what is there already, then what comes. */
    private void goOn(ChannelHandlerContext context) {
        if (!context.channel().isActive() || context.isRemoved()) {
            return;
        }
        try {
            if (!mustWait(context)) {
                channelRead(context, Unpooled.EMPTY_BUFFER);
                context.flush();
            }
            closeWhenDone(context);
        } catch (Exception unexpected) {
            exceptionCaught(context, unexpected);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Not the decoder's own: it reads on even when that has been stopped.
        discardSomeReadBytes();
        context.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (context.channel().isWritable()) {
            context.executor().execute(() -> goOn(context));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        // Not the decoder's own: it forgets what has come and not been looked at yet.
        if (event instanceof ChannelInputShutdownEvent) {
            ended = true;
            closeWhenDone(context);
        }
    }

    /** A client that has said all still gets its answers. */
    private void closeWhenDone(ChannelHandlerContext context) {
        if (ended && waiting == 0 && !pausing && context.channel().isWritable()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private static void close(ChannelHandlerContext context, ByteBuf in) {
        in.skipBytes(in.readableBytes());
        context.flush();
        context.close();
    }

    private static ByteBuf frame(ChannelHandlerContext context, byte[] answer, int length) {
        return context.alloc().directBuffer(2 + length, 2 + length).writeShort(length).writeBytes(answer, 0, length);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("Connection ended client={} cause={}", client, String.valueOf(cause));
        context.close();
    }
}
