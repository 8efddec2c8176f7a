package io.ngrokd.daemon.soak;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;

/** What stands at the far ends, and a cutter before the ingress. */
final class Backends {

    static final int HTTP_PORT = 7901;
    static final int ECHO_PORT = 7902;
    static final int CUTTER_PORT = 4444;

    private static final int INGRESS_PORT = 4443;
    private static final double CHANCE = 0.12;
    private static final int CHUNK = 3000;

    private Backends() {}

    /** Sends everything back, until its input ends or it is cut. */
    static void echo(Socket socket, RandomGenerator random) throws IOException {
        Cut cut = Cut.maybe(random, CHANCE);
        cut.reader(socket).transferTo(cut.writer(socket));
    }

    /**
     * Answers {@code METHOD /LENGTH/CHUNKED} with so many {@link #sample} bytes; an upgrade becomes an echo. Bodies of requests
     * have a length.
     */
    static void http(Socket socket, RandomGenerator random) throws IOException {
        Cut cut = Cut.maybe(random, CHANCE);
        InputStream in = new BufferedInputStream(cut.reader(socket));
        OutputStream out = cut.writer(socket);
        for (String head = head(in); head != null; head = head(in)) {
            int body = head.contains("Content-Length: ") ? Integer.parseInt(head.split("Content-Length: ")[1].split("\r")[0]) : 0;
            in.skipNBytes(body);
            if (head.contains("Upgrade: echo")) {
                out.write(ascii("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n"));
                in.transferTo(out);
                return;
            }
            String[] path = head.split(" ")[1].split("/");
            answer(out, Integer.parseInt(path[1]), path[2].equals("chunked"));
        }
    }

    /** Passes everything on to the ingress and back, unless it cuts. */
    static void cutter(Socket socket, RandomGenerator random) throws IOException, InterruptedException {
        Cut cut = Cut.maybe(random, CHANCE);
        try (Socket ingress = new Socket(InetAddress.getLoopbackAddress(), INGRESS_PORT)) {
            ingress.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> copy(ingress, Cut.NEVER, socket, cut));
            copy(socket, cut, ingress, Cut.NEVER);
            back.join();
        }
    }

    private static void copy(Socket from, Cut reading, Socket to, Cut writing) {
        try {
            reading.reader(from).transferTo(writing.writer(to));
            to.shutdownOutput();
        } catch (IOException broken) {
            abort(from);
            abort(to);
        }
    }

    private static void abort(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException closed) {
            // As it shall be.
        }
    }

    static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") != head.length() - 4) {
            int c = in.read();
            if (c < 0) {
                return null;
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static void answer(OutputStream out, int length, boolean chunked) throws IOException {
        byte[] sample = sample(length);
        if (!chunked) {
            out.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n"));
            out.write(sample);
            return;
        }
        out.write(ascii("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
        for (int at = 0; at < length; at += CHUNK) {
            int size = Math.min(CHUNK, length - at);
            out.write(ascii(Integer.toHexString(size) + "\r\n"));
            out.write(sample, at, size);
            out.write(ascii("\r\n"));
        }
        out.write(ascii("0\r\n\r\n"));
    }

    /** Bytes that tell where they belong. */
    static byte[] sample(int length) {
        byte[] sample = new byte[length];
        for (int i = 0; i < length; i++) {
            sample[i] = (byte) (i * 31 + (i >> 8) + length);
        }
        return sample;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
