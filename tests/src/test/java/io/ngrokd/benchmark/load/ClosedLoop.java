package io.ngrokd.benchmark.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A fixed number of clients, each of which sends its next request when it has the whole answer to the last one; on one
 * thread, and nothing but sockets is made anew. An answer that is not as expected fails the measurement.
 */
final class ClosedLoop {

    private static final int LONGEST_ANSWER = 4096;
    private static final long PATIENCE_MILLIS = 10_000;

    private final InetSocketAddress address;
    private final List<ByteBuffer> requests;
    private final List<byte[]> answerEnds;
    private final int clients;
    private final boolean connectionEach;
    private Selector selector;
    private long exchanges;
    private IOException failure;

    /**
     * @param answerEnd what an answer ends with, and has nowhere else
     * @param connectionEach whether each exchange has a connection of its own
     */
    ClosedLoop(InetSocketAddress address, String request, String answerEnd, int clients, boolean connectionEach) {
        this(address, List.of(request.getBytes(StandardCharsets.US_ASCII)), List.of(answerEnd.getBytes(StandardCharsets.US_ASCII)),
                clients, connectionEach);
    }

    /** Clients with different requests, in turn, each with its own answer's end. */
    ClosedLoop(InetSocketAddress address, List<byte[]> requests, List<byte[]> answerEnds, int clients, boolean connectionEach) {
        this.address = address;
        this.requests = requests.stream().map(bytes -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip()).toList();
        this.answerEnds = answerEnds;
        this.clients = clients;
        this.connectionEach = connectionEach;
    }

    /** Runs for so long and returns the exchanges a second. */
    double run(long nanos) throws IOException {
        try (Selector opened = Selector.open()) {
            selector = opened;
            Client[] all = new Client[clients];
            for (int index = 0; index < clients; index++) {
                all[index] = new Client(index % requests.size());
                all[index].connect();
            }
            long begin = System.nanoTime();
            long end = begin + nanos;
            while (System.nanoTime() < end && failure == null) {
                if (selector.select(Client::ready, PATIENCE_MILLIS) == 0) {
                    throw new IOException("no answer for " + PATIENCE_MILLIS + " ms");
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            for (Client client : all) {
                client.channel.close();
            }
            selector.selectNow();
            if (failure != null) {
                throw failure;
            }
            return exchanges / seconds;
        }
    }

    private final class Client {

        private final ByteBuffer answer = ByteBuffer.allocateDirect(LONGEST_ANSWER);
        private final ByteBuffer unsent;
        private final byte[] answerEnd;
        private SocketChannel channel;
        private SelectionKey key;

        Client(int kind) {
            unsent = requests.get(kind).duplicate();
            answerEnd = answerEnds.get(kind);
        }

        void connect() throws IOException {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean connected = channel.connect(address);
            key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
            if (connected) {
                send();
            }
        }

        static void ready(SelectionKey key) {
            Client client = (Client) key.attachment();
            try {
                client.step();
            } catch (IOException failed) {
                client.fail(failed);
            }
        }

        private void fail(IOException failed) {
            if (failure == null) {
                failure = failed;
            }
        }

        private void step() throws IOException {
            if (key.isConnectable()) {
                channel.finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                send();
                return;
            }
            if (channel.read(answer) < 0) {
                throw new IOException("closed after " + answer.position() + " bytes of an answer");
            }
            if (!isWhole()) {
                return;
            }
            exchanges++;
            answer.clear();
            if (!connectionEach) {
                send();
            } else {
                channel.close();
                connect();
            }
        }

        private void send() throws IOException {
            unsent.clear();
            channel.write(unsent);
            if (unsent.hasRemaining()) {
                throw new IOException("a request does not fit into an empty socket");
            }
        }

        private boolean isWhole() throws IOException {
            int start = answer.position() - answerEnd.length;
            for (int index = 0; start >= 0 && index < answerEnd.length; index++) {
                if (answer.get(start + index) != answerEnd[index]) {
                    start = -1;
                }
            }
            if (start < 0 && !answer.hasRemaining()) {
                throw new IOException("this is no answer of the backend's: " + StandardCharsets.US_ASCII.decode(answer.flip()));
            }
            return start >= 0;
        }
    }
}
