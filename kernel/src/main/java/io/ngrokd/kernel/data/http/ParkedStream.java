package io.ngrokd.kernel.data.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.ReadGate;

/**
 * A stream that nobody uses. It goes on reading: whatever comes, be it a byte, an end or a failure, means that the next
 * request must not be sent on it.
 */
final class ParkedStream extends ChannelInboundHandlerAdapter {

    private final PoolShelf shelf;
    private final UpstreamLease lease;
    private final long since = System.nanoTime();

    ParkedStream(PoolShelf shelf, UpstreamLease lease) {
        this.shelf = shelf;
        this.lease = lease;
    }

    UpstreamLease lease() {
        return lease;
    }

    /** When it was parked, by {@link System#nanoTime()}. */
    long since() {
        return since;
    }

    /** Takes the stream over from whoever used it; false when it turned out to be at its end. */
    boolean start() {
        lease.stream().install(this);
        for (ReadGate.Reason reason : ReadGate.Reason.values()) {
            lease.stream().reads().open(reason);
        }
        return lease.stream().channel().isActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        ReferenceCountUtil.release(message);
        shelf.discard(this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        // Nobody behind is told of reads.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
            shelf.discard(this);
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable failure) {
        shelf.discard(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        shelf.discard(this);
        here.fireChannelInactive();
    }
}
