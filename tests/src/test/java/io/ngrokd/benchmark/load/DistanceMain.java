package io.ngrokd.benchmark.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * {@code DistanceMain LISTEN_PORT TARGET_PORT ONE_WAY_MILLIS}: a TCP relay that is far away. Each direction takes so long,
 * whatever its size, and a connection's first bytes leave no earlier than a round trip after it was accepted: on loopback
 * connecting takes no time, over a distance it takes a round trip. Ends when its standard input does.
 */
public final class DistanceMain {

    private static final int READ_BYTES = 64 * 1024;
    /** Chunks under way in one direction; then nothing more is read. */
    private static final int MOST_UNDER_WAY = 256;
    private static final Chunk END = new Chunk(new byte[0], 0);

    private DistanceMain() {}

    /** @param due when it arrives, by {@link System#nanoTime} */
    private record Chunk(byte[] bytes, long due) {}

    public static void main(String[] arguments) throws IOException {
        int target = Integer.parseInt(arguments[1]);
        long oneWay = Long.parseLong(arguments[2]) * 1_000_000;
        Thread.ofPlatform().daemon().start(DistanceMain::endWithInput);
        try (ServerSocket server = new ServerSocket(Integer.parseInt(arguments[0]), 1024, InetAddress.getLoopbackAddress())) {
            System.out.println("ready");
            while (true) {
                Socket near = server.accept();
                long accepted = System.nanoTime();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                carry(near, far, oneWay, accepted + 2 * oneWay);
                carry(far, near, oneWay, accepted);
            }
        }
    }

    private static void endWithInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            System.err.println(gone);
        }
        Runtime.getRuntime().halt(0);
    }

    /** @param open when the first bytes can leave at the earliest */
    private static void carry(Socket from, Socket to, long oneWay, long open) {
        LinkedBlockingQueue<Chunk> underWay = new LinkedBlockingQueue<>(MOST_UNDER_WAY);
        Thread.ofPlatform().daemon().start(() -> send(from, underWay, oneWay, open));
        Thread.ofPlatform().daemon().start(() -> arrive(underWay, from, to));
    }

    private static void send(Socket from, LinkedBlockingQueue<Chunk> underWay, long oneWay, long open) {
        byte[] buffer = new byte[READ_BYTES];
        try {
            InputStream input = from.getInputStream();
            for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
                underWay.put(new Chunk(Arrays.copyOf(buffer, count), Math.max(System.nanoTime(), open) + oneWay));
            }
            underWay.put(END);
        } catch (IOException | InterruptedException broken) {
            // Nobody waits in vain for the end: whoever takes from the queue is told by clearing it.
            underWay.clear();
            underWay.add(END);
        }
    }

    private static void arrive(LinkedBlockingQueue<Chunk> underWay, Socket from, Socket to) {
        try {
            OutputStream output = to.getOutputStream();
            for (Chunk chunk = underWay.take(); chunk != END; chunk = underWay.take()) {
                for (long left = chunk.due() - System.nanoTime(); left > 0; left = chunk.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                output.write(chunk.bytes());
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException broken) {
            // Reading ends too, and with it what fills the queue.
            close(to);
            close(from);
            underWay.clear();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            System.err.println(gone);
        }
    }
}
