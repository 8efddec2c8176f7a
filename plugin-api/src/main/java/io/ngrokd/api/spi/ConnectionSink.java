package io.ngrokd.api.spi;

import io.vertx.core.net.NetSocket;

/** The kernel's data plane as a forwarding mode sees it. */
public interface ConnectionSink {

    /**
     * Takes over an accepted connection: from here on the kernel reads, routes, forwards and closes it.
     *
     * <p>Call it from the connect handler of a {@link io.vertx.core.net.NetServer}, on the connection's own event
     * loop, before setting any handler on the socket; touch the socket no more afterwards. Never blocks, never throws.
     *
     * <p>The server's options are the mode's to set: {@code TCP_NODELAY} and keep-alive should be on, as the kernel does
     * not set them once more for every connection.
     *
     * @param socket the accepted connection, plain (the client's TLS passes through)
     * @param listenerId the id of the {@link io.ngrokd.api.endpoint.Listener} that accepted it; when no route belongs
     *     to it any more, the connection is closed
     */
    void accept(NetSocket socket, String listenerId);
}
