package io.ngrokd.benchmark.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Loads that do one thing at a time, with blocking sockets. */
final class SingleStream {

    private static final int READ_BYTES = 256 * 1024;
    private static final int PING_BYTES = 64;
    private static final int MOST_PINGS = 4_000_000;
    /** Between two first bytes: long enough that whatever is refilled in the background is full again. */
    private static final long PAUSE_MILLIS = 400;

    private SingleStream() {}

    /** Reads from an endpoint that sends without end; MiB a second. */
    static double download(InetSocketAddress address, long nanos) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (SocketChannel channel = open(address)) {
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
            long bytes = 0;
            read(channel, buffer.clear());
            long begin = System.nanoTime();
            long end = begin + nanos;
            long now = begin;
            for (; now < end; now = System.nanoTime()) {
                bytes += read(channel, buffer.clear());
            }
            return bytes / 1048576.0 / ((now - begin) / 1e9);
        }
    }

    /** Sends 64 bytes and waits for them, again and again; the median in microseconds. */
    static double pingPong(InetSocketAddress address, long nanos) throws IOException {
        ByteBuffer out = ByteBuffer.allocateDirect(PING_BYTES);
        ByteBuffer in = ByteBuffer.allocateDirect(PING_BYTES);
        int[] times = new int[MOST_PINGS];
        int count = 0;
        try (SocketChannel channel = open(address)) {
            long end = System.nanoTime() + nanos;
            for (long begin = System.nanoTime(); begin < end && count < MOST_PINGS;) {
                channel.write(out.clear());
                in.clear();
                while (in.hasRemaining()) {
                    read(channel, in);
                }
                long now = System.nanoTime();
                times[count++] = (int) (now - begin);
                begin = now;
            }
        }
        if (count == 0) {
            throw new IOException("not a single answer");
        }
        Arrays.sort(times, 0, count);
        return times[count / 2] / 1000.0;
    }

    /** Opens a connection, sends, waits for the first byte of the answer, so many times; the median in milliseconds. */
    static double firstByte(InetSocketAddress address, String request, int samples) throws IOException {
        ByteBuffer in = ByteBuffer.allocateDirect(READ_BYTES);
        double[] millis = new double[samples];
        for (int index = 0; index < samples; index++) {
            pause();
            long begin = System.nanoTime();
            try (SocketChannel channel = open(address)) {
                channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
                read(channel, in.clear());
                millis[index] = (System.nanoTime() - begin) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis[samples / 2];
    }

    /** Opens so many connections that stay; each has carried a byte both ways. */
    static List<SocketChannel> hold(InetSocketAddress address, int connections) throws IOException {
        List<SocketChannel> held = new ArrayList<>();
        ByteBuffer in = ByteBuffer.allocateDirect(1);
        for (int index = 0; index < connections; index++) {
            SocketChannel channel = open(address);
            held.add(channel);
            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
            read(channel, in.clear());
        }
        return held;
    }

    private static SocketChannel open(InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    private static int read(SocketChannel channel, ByteBuffer into) throws IOException {
        int count = channel.read(into);
        if (count < 0) {
            throw new EOFException("the connection was closed");
        }
        return count;
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
