package io.ngrokd.cloud.ingress;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Two channels of one event loop, joined. Each direction ends by itself; the channels close when both have ended, and
 * at once, without a polite farewell, when either side broke off. Half-closed connections need TLS 1.3: in TLS 1.2 the
 * answer to a close_notify is a close_notify, and Java's TLS gives it.
 */
final class Relay {

    private final Channel client;
    private final Channel backend;
    private boolean clientInputEnded;
    private boolean backendInputEnded;
    private boolean toClientFinished;
    private boolean toBackendFinished;
    private boolean aborted;

    /** @param client has a TLS handler, the backend has none */
    Relay(Channel client, Channel backend) {
        this.client = client;
        this.backend = backend;
    }

    /** The client said close_notify: the backend gets a FIN once all bytes are out. */
    void clientInputEnded() {
        if (clientInputEnded) {
            return;
        }
        clientInputEnded = true;
        afterAllIsWritten(backend, () -> ((DuplexChannel) backend).shutdownOutput().addListener(done -> {
            toBackendFinished = true;
            closeWhenFinished();
        }));
    }

    /** The backend sent a FIN: the client gets a close_notify once all bytes are out. */
    void backendInputEnded() {
        if (backendInputEnded) {
            return;
        }
        backendInputEnded = true;
        afterAllIsWritten(client, () -> client.pipeline().get(SslHandler.class).closeOutbound().addListener(done -> {
            toClientFinished = true;
            closeWhenFinished();
        }));
    }

    boolean hasClientInputEnded() {
        return clientInputEnded;
    }

    boolean hasBackendInputEnded() {
        return backendInputEnded;
    }

    /** One side broke off: the other is reset, so that it can't take what it got for everything. */
    void abort() {
        if (aborted || (toClientFinished && toBackendFinished)) {
            return;
        }
        aborted = true;
        reset(backend);
        reset(client);
    }

    private void afterAllIsWritten(Channel channel, Runnable then) {
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        written.addListener(done -> {
            if (done.isSuccess()) {
                then.run();
            } else {
                abort();
            }
        });
    }

    private void closeWhenFinished() {
        if (toClientFinished && toBackendFinished) {
            backend.close();
            client.close();
        }
    }

    private static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        if (tls != null) {
            // From below the TLS handler: it would say close_notify, and a cut stream would look complete.
            tls.close();
        } else {
            channel.close();
        }
    }
}
