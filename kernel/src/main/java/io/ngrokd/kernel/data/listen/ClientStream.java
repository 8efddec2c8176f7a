package io.ngrokd.kernel.data.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.ngrokd.kernel.data.channel.Channels;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;

/** The client's end: plain TCP, with a Vert.x handler at the end of its pipeline that must not notice us. */
final class ClientStream implements StreamEnd {

    private static final String GUARD = "ngrokd-guard";

    private final Channel channel;
    private final ReadGate reads;
    private ChannelHandler installed;

    /** Shields the Vert.x handler from all that follows; reads are stopped for now. */
    ClientStream(ChannelHandlerContext vertx) {
        channel = vertx.channel();
        reads = new ReadGate(channel);
        reads.close(ReadGate.Reason.UNDECIDED);
        Channels.configureAccepted(channel);
        vertx.pipeline().addBefore(vertx.name(), GUARD, new VertxGuard());
        hold();
    }

    /** From now on nobody is in charge; what comes is kept for whoever will be. */
    void hold() {
        install(new HeldInput());
    }

    /** Writes, without flushing; the bytes are taken over. */
    void write(ByteBuf bytes) {
        ChannelHandlerContext guard = channel.pipeline().context(GUARD);
        if (guard == null) {
            bytes.release();
        } else {
            guard.write(bytes, guard.voidPromise());
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public ReadGate reads() {
        return reads;
    }

    @Override
    public void install(ChannelHandler handler) {
        if (channel.pipeline().context(GUARD) == null) {
            return;
        }
        channel.pipeline().addBefore(GUARD, null, handler);
        ChannelHandler before = installed;
        installed = handler;
        if (before instanceof HeldInput held) {
            // Not before the caller is ready for bytes. The keeper stays until then, so that nothing overtakes them.
            channel.eventLoop().execute(() -> release(held));
        } else if (before != null) {
            channel.pipeline().remove(before);
        }
    }

    private void release(HeldInput held) {
        ChannelHandlerContext keeper = channel.pipeline().context(held);
        if (keeper != null) {
            held.handOver(keeper);
        }
    }

    @Override
    public void finishOutput(Runnable finished) {
        ChannelHandlerContext guard = channel.pipeline().context(GUARD);
        if (guard == null) {
            finished.run();
            return;
        }
        Channels.afterFlush(guard, () -> ((DuplexChannel) channel)
                .shutdownOutput()
                .addListener((ChannelFutureListener) shut -> finished.run()));
    }

    @Override
    public void finishLastOutput(Runnable finished) {
        ChannelHandlerContext guard = channel.pipeline().context(GUARD);
        if (guard == null) {
            finished.run();
        } else {
            // The close says it.
            Channels.afterFlush(guard, finished);
        }
    }

    @Override
    public boolean isOutputClosed() {
        return ((DuplexChannel) channel).isOutputShutdown();
    }

    @Override
    public boolean isInputEndClean() {
        return true;
    }

    @Override
    public void abort() {
        Channels.reset(channel);
    }

    @Override
    public void close() {
        Channels.closeDirectly(channel);
    }
}
