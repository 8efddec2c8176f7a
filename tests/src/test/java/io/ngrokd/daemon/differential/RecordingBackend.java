package io.ngrokd.daemon.differential;

import io.ngrokd.daemon.differential.Scenario.Exchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers as the scenario says that runs at the moment, and keeps every request as it came. */
final class RecordingBackend implements AutoCloseable {

    private static final String PROBED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nprobed";

    private final ServerSocket server;
    private final List<Message> seen = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile Scenario scenario;

    RecordingBackend(int port) throws IOException {
        server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** Forgets what it saw and plays this from now on. */
    void play(Scenario next) {
        scenario = next;
        seen.clear();
        failures.clear();
    }

    List<Message> seen() {
        return List.copyOf(seen);
    }

    /** What was wrong with requests. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                // Then the loop ends as well.
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (serveOne(in, socket.getOutputStream())) {
                // The next one.
            }
        } catch (IOException | RuntimeException failure) {
            failures.add(failure.toString());
        }
    }

    private boolean serveOne(InputStream in, OutputStream out) throws IOException {
        Optional<Message> head = Message.requestHead(in);
        if (head.isEmpty()) {
            return false;
        }
        String id = head.get().value("x-case").orElse("");
        if (id.equals("probe")) {
            write(out, PROBED);
            return true;
        }
        Exchange exchange = scenario.exchanges().get(Integer.parseInt(id.substring(id.indexOf('.') + 1)));
        int answered = 0;
        if (exchange.answers().getFirst().startsWith("HTTP/1.1 100 ")) {
            write(out, exchange.answers().getFirst());
            answered = 1;
        }
        seen.add(Message.requestBody(head.get(), in));
        for (String answer : exchange.answers().subList(answered, exchange.answers().size())) {
            write(out, answer);
        }
        if (exchange.upgrades()) {
            in.transferTo(out);
        }
        return !exchange.last();
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
