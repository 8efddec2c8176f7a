package io.ngrokd.daemon.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** One connection of a client: what is done on it, and whether all that came back was right. */
final class Visit {

    /** What a client does. */
    enum Kind { ONE_SHOT, KEEP_ALIVE, PIPELINED, UPGRADE, TLS, TCP, HALF_CLOSE, LEFT_AT_ONCE }

    /** How it went. */
    enum Outcome { COMPLETE, CUT, WRONG }

    /** Something came back that nobody sent. */
    private static final class Wrong extends IOException {

        private static final long serialVersionUID = 1L;

        private Wrong(String what) {
            super(what);
        }
    }

    private static final int PATIENCE_MILLIS = 120_000;
    private static final double CHANCE = 0.2;
    private static final String UPGRADE = "GET /0/sized HTTP/1.1\r\nHost: soak.demo\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
    /** Enough of a ClientHello to be taken for one. */
    private static final byte[] HELLO = {0x16, 3, 1, 0, 4, 1, 0, 0, 0};

    private final Kind kind;
    private final RandomGenerator random;
    private String what = "";
    private InputStream in;
    private OutputStream out;

    Visit(Kind kind, RandomGenerator random) {
        this.kind = kind;
        this.random = random;
    }

    /** What was wrong. */
    String what() {
        return what;
    }

    Outcome make() {
        try (Socket socket = new Socket()) {
            socket.connect(switch (kind) {
                case TLS -> new InetSocketAddress("soak-tls.demo", 443);
                case TCP, HALF_CLOSE -> new InetSocketAddress("soak-tcp.demo", 7000);
                default -> new InetSocketAddress("soak.demo", 80);
            }, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            Cut cut = Cut.maybe(random, CHANCE);
            in = new BufferedInputStream(cut.reader(socket));
            out = cut.writer(socket);
            return talk(socket) ? Outcome.COMPLETE : Outcome.CUT;
        } catch (Wrong | SocketTimeoutException wrong) {
            what = kind + ": " + wrong;
            return Outcome.WRONG;
        } catch (IOException cut) {
            return Outcome.CUT;
        }
    }

    /** False when it was cut in order. */
    private boolean talk(Socket socket) throws IOException {
        switch (kind) {
            case ONE_SHOT -> {
                return exchange(true);
            }
            case KEEP_ALIVE -> {
                boolean whole = true;
                for (int left = 2 + random.nextInt(8); whole && left > 0; left--) {
                    whole = exchange(false);
                }
                return whole;
            }
            case PIPELINED -> {
                return pipeline();
            }
            case UPGRADE -> {
                out.write(Backends.ascii(UPGRADE));
                String head = Backends.head(in);
                return head != null && head.startsWith("HTTP/1.1 101 ") && echo(length(), new byte[0]);
            }
            case TLS -> {
                return echo(length(), HELLO);
            }
            case TCP -> {
                return echo(length(), new byte[0]) && echo(length(), new byte[0]);
            }
            case HALF_CLOSE -> {
                byte[] sample = Backends.sample(length());
                Thread writer = write(sample, socket);
                boolean whole = expect(sample) && in.read() < 0;
                join(writer);
                return whole;
            }
            case LEFT_AT_ONCE -> {
                return true;
            }
        }
        throw new IllegalStateException(kind.toString());
    }

    private int length() {
        return random.nextInt(20) == 0 ? random.nextInt(500_000) : random.nextInt(5_000);
    }

    private String request(int length, boolean chunked, boolean closing, int body) {
        return (body > 0 ? "POST" : "GET") + " /" + length + "/" + (chunked ? "chunked" : "sized") + " HTTP/1.1\r\nHost: soak.demo\r\n"
                + (closing ? "Connection: close\r\n" : "") + (body > 0 ? "Content-Length: " + body + "\r\n" : "") + "\r\n";
    }

    private boolean exchange(boolean closing) throws IOException {
        int length = length();
        boolean chunked = random.nextBoolean();
        int body = random.nextInt(3) == 0 ? length() : 0;
        out.write(Backends.ascii(request(length, chunked, closing && random.nextBoolean(), body)));
        out.write(Backends.sample(body));
        return answer(length, chunked);
    }

    private boolean pipeline() throws IOException {
        int count = 2 + random.nextInt(5);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < count; i++) {
            all.append(request(100 * i, i % 2 == 0, false, 0));
        }
        out.write(Backends.ascii(all.toString()));
        boolean whole = true;
        for (int i = 0; whole && i < count; i++) {
            whole = answer(100 * i, i % 2 == 0);
        }
        return whole;
    }

    /** False when the daemon had to answer by itself, or the answer broke off. */
    private boolean answer(int length, boolean chunked) throws IOException {
        String head = Backends.head(in);
        if (head == null || head.startsWith("HTTP/1.1 502 ") && head.contains("X-Ngrokd-Error: ")) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 200 ")) {
            throw new Wrong("answered " + head);
        }
        byte[] sample = Backends.sample(length);
        if (!chunked) {
            return expect(sample);
        }
        for (int at = 0; ; ) {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    return false;
                }
                line.append((char) c);
            }
            int size = Integer.parseInt(line.toString().strip(), 16);
            if (!expect(Arrays.copyOfRange(sample, at, at + size)) || !expect(new byte[] {'\r', '\n'})) {
                return false;
            }
            at += size;
            if (size == 0) {
                if (at != length) {
                    throw new Wrong(at + " bytes in chunks instead of " + length);
                }
                return true;
            }
        }
    }

    private boolean echo(int length, byte[] before) throws IOException {
        byte[] sample = Backends.sample(length);
        byte[] all = Arrays.copyOf(before, before.length + length);
        System.arraycopy(sample, 0, all, before.length, length);
        Thread writer = write(all, null);
        boolean whole = expect(all);
        join(writer);
        return whole;
    }

    private Thread write(byte[] bytes, Socket halfClosed) {
        return Thread.ofVirtual().start(() -> {
            try {
                out.write(bytes);
                if (halfClosed != null) {
                    halfClosed.shutdownOutput();
                }
            } catch (IOException cut) {
                // The reader notices as well.
            }
        });
    }

    private static void join(Thread writer) throws IOException {
        try {
            writer.join();
        } catch (InterruptedException hurried) {
            throw new IOException(hurried);
        }
    }

    /** Whether all of it came; what came must be its beginning. */
    private boolean expect(byte[] expected) throws IOException {
        for (int at = 0; at < expected.length; ) {
            byte[] part = new byte[Math.min(expected.length - at, 16 * 1024)];
            int count = in.read(part);
            if (count < 0) {
                return false;
            }
            if (!Arrays.equals(part, 0, count, expected, at, at + count)) {
                throw new Wrong("other bytes than were sent, from " + at + " on, of " + expected.length);
            }
            at += count;
        }
        return true;
    }
}
