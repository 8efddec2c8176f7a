package io.ngrokd.kernel.data.ingress;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.ngrokd.kernel.data.channel.Channels;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;

/** A stream to one endpoint, with reads stopped until a handler is installed and opens them. */
public final class IngressStream implements StreamEnd {

    private final Channel channel;
    private final ReadGate reads;
    private final TlsLayer tls;
    private final IngressRequest request;
    private BindingExchange exchange;
    private ChannelHandler installed;

    IngressStream(Channel channel, TlsLayer tls, BindingExchange exchange, IngressRequest request) {
        this.channel = channel;
        this.tls = tls;
        this.exchange = exchange;
        this.request = request;
        this.reads = new ReadGate(channel);
        reads.close(ReadGate.Reason.UNDECIDED);
    }

    /** The endpoint at the other end. */
    public IngressRequest request() {
        return request;
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
        if (channel.pipeline().firstContext() == null) {
            return;
        }
        channel.pipeline().addLast(handler);
        if (installed != null) {
            channel.pipeline().remove(installed);
        }
        installed = handler;
        if (exchange != null) {
            BindingExchange waiting = exchange;
            exchange = null;
            waiting.handOver(channel.pipeline().context(waiting));
        }
    }

    @Override
    public void finishOutput(Runnable finished) {
        ChannelHandlerContext last = channel.pipeline().lastContext();
        if (last == null) {
            finished.run();
            return;
        }
        // Only a close_notify and no FIN: TLS has its own end of data, and servers that see a FIN stop answering.
        Channels.afterFlush(last, () -> tls.closeOutbound()
                .addListener((ChannelFutureListener) sent -> finished.run()));
    }

    @Override
    public boolean isOutputClosed() {
        return !channel.isActive() || tls.isOutboundClosed();
    }

    @Override
    public boolean isInputEndClean() {
        return tls.isInputEndClean();
    }

    @Override
    public void abort() {
        Channels.reset(channel);
    }

    @Override
    public void close() {
        channel.close();
    }
}
