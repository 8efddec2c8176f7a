package io.ngrokd.kit.listener;

import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.EventExecutorGroup;
import io.vertx.core.net.NetServer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One listening socket: some {@link NetServer}s, each on an event loop of its own, that share it.
 *
 * <p>Closing a {@code NetServer} closes the connections that it accepted, and these must live on in the kernel. So it
 * is shut down instead, with a grace that no connection outlives: the socket closes at once, and the server object is
 * forgotten when its last connection ends by itself.
 */
final class Acceptor {

    private static final long GRACE_DAYS = 3650;

    private final InetSocketAddress local;
    private final List<NetServer> servers;
    private final CompletableFuture<Channel> listening;
    private final EventExecutorGroup acceptorLoops;

    /**
     * @param local where it accepts
     * @param servers all of them bound
     * @param listening the listening channel; complete once the first connection was accepted
     * @param acceptorLoops the event loops that listening channels are on
     */
    Acceptor(InetSocketAddress local, List<NetServer> servers, CompletableFuture<Channel> listening,
            EventExecutorGroup acceptorLoops) {
        this.local = local;
        this.servers = List.copyOf(servers);
        this.listening = listening;
        this.acceptorLoops = acceptorLoops;
    }

    InetSocketAddress local() {
        return local;
    }

    /** Stops accepting; complete when the port is free. Accepted connections are not touched. */
    CompletableFuture<Void> close() {
        CompletableFuture<?>[] ended = servers.stream()
                .map(server -> server.shutdown(GRACE_DAYS, TimeUnit.DAYS).toCompletionStage().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        // With connections alive the servers do not end, but then the listening channel is known and says when it closed.
        CompletableFuture<Void> closed = listening.thenCompose(Acceptor::closed);
        return CompletableFuture.anyOf(CompletableFuture.allOf(ended), closed)
                .thenCompose(_ -> turnOfAcceptorLoops())
                .thenCompose(_ -> turnOfAcceptorLoops());
    }

    /**
     * One turn of each loop, with a look at its selector. Java gives a closed port back when the selector next looks,
     * and Netty takes the channel off the selector a moment after saying that it closed: so two turns are waited for.
     * A plain task could run in the same turn, a scheduled one never does.
     */
    private CompletableFuture<Void> turnOfAcceptorLoops() {
        List<CompletableFuture<Void>> turns = new ArrayList<>();
        for (EventExecutor loop : acceptorLoops) {
            CompletableFuture<Void> turn = new CompletableFuture<>();
            loop.execute(() -> loop.schedule(() -> turn.complete(null), 0, TimeUnit.NANOSECONDS));
            turns.add(turn);
        }
        return CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new));
    }

    private static CompletableFuture<Void> closed(Channel channel) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        channel.closeFuture().addListener(_ -> closed.complete(null));
        return closed;
    }
}
