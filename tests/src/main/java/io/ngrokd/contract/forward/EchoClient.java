package io.ngrokd.contract.forward;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client of {@link EchoSink}. */
final class EchoClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 60_000;

    private final Socket socket = new Socket();
    private final String listenerId;

    EchoClient(InetSocketAddress server) throws IOException {
        try {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(server, TIMEOUT_MILLIS);
            listenerId = readLine();
        } catch (IOException failed) {
            socket.close();
            throw failed;
        }
    }

    /** Which listener the server says it accepted for. */
    String listenerId() {
        return listenerId;
    }

    /** Sends and reads the same number of bytes back. */
    String echo(String text) throws IOException {
        byte[] sent = text.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(sent);
        byte[] received = socket.getInputStream().readNBytes(sent.length);
        if (received.length < sent.length) {
            throw new EOFException("closed after " + received.length + " of " + sent.length + " bytes");
        }
        return new String(received, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = socket.getInputStream().read(); next != '\n'; next = socket.getInputStream().read()) {
            if (next < 0) {
                throw new EOFException("closed before the greeting, after " + line);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }
}
