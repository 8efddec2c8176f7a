package io.ngrokd.contract.forward;

import io.ngrokd.api.spi.ConnectionSink;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A kernel that greets with the listener's id and a newline, then echoes; the client's end of stream ends it. */
final class EchoSink implements ConnectionSink {

    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Override
    public void accept(NetSocket socket, String listenerId) {
        threads.add((Context.isOnEventLoopThread() ? "event loop " : "other ") + Thread.currentThread().getName()
                + (Vertx.currentContext() == null ? " without context" : ""));
        socket.handler(socket::write);
        socket.write(Buffer.buffer(listenerId + "\n"));
    }

    /** Descriptions of the threads that connections came on. */
    Set<String> threads() {
        return Set.copyOf(threads);
    }
}
