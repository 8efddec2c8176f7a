package io.ngrokd.kernel.control;

import io.ngrokd.kernel.control.api.Api;
import io.ngrokd.kernel.control.http.HttpOverSocket;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket. Its first byte tells what a client speaks: a capital letter is HTTP's, the API below {@code /v1}; anything
 * else is the Go daemon's protocol, one JSON object per connection, one answer and a newline. The latter's users pipe JSON into
 * it with nc.
 *
 * <p>Plain JDK channels on virtual threads, one a client: Netty's nio transport ends a unix connection when the client has
 * closed its sending half, as {@code nc -N} and socat do, and the answer would be lost.
 */
public final class ControlSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final int BACKLOG = 512;
    private static final long MOST_DROPPED = 16 << 20;
    /** How long a client may take from connecting to having read its answer; registering with a new key is in it. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** How long a client of HTTP may take for reading or writing anything at all. */
    private static final Duration HTTP_PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_CLIENTS = 1500;
    /** So many places are kept for root and the daemon's user: nobody else can lock them out. */
    private static final int KEPT_FOR_OWNERS = 200;

    private final Vertx vertx;
    private final GoProtocol goProtocol;
    private final HttpOverSocket http;
    private final Peers peers;
    private final Path path;
    private final Set<SocketChannel> clients = ConcurrentHashMap.newKeySet();
    private ServerSocketChannel server;

    public ControlSocket(Vertx vertx, Documents documents, Actions actions, Api api, Path path) {
        this(vertx, documents, actions, api, path, new Peers(new GroupMembers()));
    }

    ControlSocket(Vertx vertx, Documents documents, Actions actions, Api api, Path path, Peers peers) {
        this.vertx = vertx;
        this.goProtocol = new GoProtocol(documents, actions);
        this.http = new HttpOverSocket(api, new HttpOverSocket.Patience() {
            @Override
            public <T> T with(SocketChannel client, Operation<T> operation) throws IOException {
                return within(HTTP_PATIENCE, client, operation);
            }
        });
        this.peers = peers;
        this.path = path;
    }

    /**
     * Listens; blocks until it does. A stale socket file is replaced, but only when a dial shows that nobody is there.
     *
     * @throws IOException with a message for the user
     */
    public void start() throws IOException {
        SocketPlace.prepare(path);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        } catch (IOException notBound) {
            server.close();
            throw new IOException("the control socket " + path + " could not be made: " + notBound.getMessage()
                    + "; set server.socket_path to a place where this user may write", notBound);
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            peers.guard(path, Peers.isTold(probe));
        }
        Thread.ofVirtual().name("control-socket").start(this::acceptAll);
    }

    /**
     * Removes a socket that nobody listens on; anything else stays.
     *
     * @return whether there was one
     */
    public static boolean removeStale(Path path) throws IOException {
        return SocketPlace.removeStale(path);
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("control").start(() -> serve(client));
            } catch (ClosedChannelException stopped) {
                return;
            } catch (IOException failed) {
                LOG.warn("The control socket could not take a connection. cause={}", failed.toString());
                pause();
            }
        }
    }

    /** Out of file descriptors, most likely: asking again at once would only burn the processor. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        clients.add(client);
        int number = clients.size();
        try (client) {
            Caller caller = peers.of(client);
            if (number > MOST_CLIENTS || number > MOST_CLIENTS - KEPT_FOR_OWNERS && !caller.isOwner()) {
                LOG.warn("The control socket has too many clients; one was sent away. clients={} caller={}", number, caller.name());
                return;
            }
            ByteBuffer first = ByteBuffer.allocate(8192);
            within(HTTP_PATIENCE, client, () -> client.read(first));
            byte[] begin = Arrays.copyOf(first.array(), first.position());
            if (begin.length > 0 && begin[0] >= 'A' && begin[0] <= 'Z') {
                http.serve(client, begin, caller);
            } else {
                within(PATIENCE, client, () -> speakGo(client, begin, caller));
            }
            client.shutdownOutput();
            within(HTTP_PATIENCE, client, () -> drain(client));
        } catch (IOException clientGone) {
            LOG.debug("A control connection ended early. cause={}", clientGone.toString());
        } finally {
            clients.remove(client);
        }
    }

    private Void speakGo(SocketChannel client, byte[] begin, Caller caller) throws IOException {
        Prefixed input = new Prefixed(begin, Channels.newInputStream(client));
        ByteBuffer answer = ByteBuffer.wrap((goProtocol.answer(input, caller) + "\n").getBytes(StandardCharsets.UTF_8));
        while (answer.hasRemaining()) {
            client.write(answer);
        }
        return null;
    }

    /** Closes the client's channel when an operation takes too long. */
    private <T> T within(Duration patience, SocketChannel client, HttpOverSocket.Patience.Operation<T> operation) throws IOException {
        long deadline;
        try {
            deadline = vertx.setTimer(patience.toMillis(), timer -> close(client));
        } catch (RejectedExecutionException stopped) {
            throw new IOException("ngrokd is stopping", stopped);
        }
        try {
            return operation.run();
        } finally {
            vertx.cancelTimer(deadline);
        }
    }

    /** What a client still sends is read and dropped: closing over unread bytes would show it a reset in place of the answer. */
    private static Void drain(SocketChannel client) throws IOException {
        ByteBuffer dropped = ByteBuffer.allocate(8192);
        for (long left = MOST_DROPPED; left > 0; left -= dropped.position()) {
            dropped.clear();
            if (client.read(dropped) < 0) {
                return null;
            }
        }
        return null;
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException failed) {
            LOG.debug("A control connection could not be closed. cause={}", failed.toString());
        }
    }

    /** Stops listening, leaves the clients and removes the socket file. */
    public void stop() throws IOException {
        if (server != null) {
            server.close();
            clients.forEach(ControlSocket::close);
            Files.deleteIfExists(path);
        }
    }
}
