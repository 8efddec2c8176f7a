package io.ngrokd.kernel.data.ingress;

import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLSession;

/** TLS by the JDK's engine, in Netty's handler. */
record HandlerTls(SslHandler handler) implements TlsLayer {

    @Override
    public ChannelFuture closeOutbound() {
        return handler.closeOutbound();
    }

    @Override
    public boolean isOutboundClosed() {
        return handler.engine().isOutboundDone();
    }

    @Override
    public boolean isInputEndClean() {
        return handler.sslCloseFuture().isSuccess();
    }

    @Override
    public SSLSession session() {
        return handler.engine().getSession();
    }
}
