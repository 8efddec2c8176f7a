package io.ngrokd.daemon.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/** Accepts connections, each on a virtual thread and with chances of its own. */
final class Server implements AutoCloseable {

    /** What a connection does; whatever it throws ends it. */
    @FunctionalInterface
    interface Handler {
        void serve(Socket socket, RandomGenerator random) throws IOException, InterruptedException;
    }

    private static final int BACKLOG = 1000;

    private final ServerSocket server;
    private final Handler handler;
    private final long seed;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicInteger open = new AtomicInteger();

    Server(int port, long seed, Handler handler) throws IOException {
        this.server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        this.seed = seed;
        this.handler = handler;
        Thread.ofVirtual().start(this::accept);
    }

    int open() {
        return open.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                RandomGenerator random = new SplittableRandom(seed + accepted.incrementAndGet());
                open.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket, random));
            } catch (IOException closed) {
                // Then the loop ends as well.
            }
        }
    }

    private void serve(Socket socket, RandomGenerator random) {
        try (socket) {
            socket.setTcpNoDelay(true);
            handler.serve(socket, random);
        } catch (IOException | InterruptedException over) {
            // Cut, by either side: that is what this is about.
        } finally {
            open.decrementAndGet();
        }
    }
}
