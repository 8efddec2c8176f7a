package io.ngrokd.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Talks over connections that stay and over ones that are made anew all the time, and counts what goes wrong. A program,
 * so that it can run on a {@link Machine}: {@code SteadyLoad SECONDS HTTP_HOST TCP_HOST TCP_PORT}.
 */
final class SteadyLoad {

    private static final int STAYING = 20;
    private static final int COMING_AND_GOING = 4;
    private static final int PAUSE_MILLIS = 40;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final int ERRORS_SHOWN = 10;

    private final long end;
    private final InetSocketAddress http;
    private final InetSocketAddress tcp;
    private final AtomicLong made = new AtomicLong();
    private final AtomicLong exchanges = new AtomicLong();
    private final AtomicLong errors = new AtomicLong();

    private SteadyLoad(Duration duration, InetSocketAddress http, InetSocketAddress tcp) {
        this.end = System.nanoTime() + duration.toNanos();
        this.http = http;
        this.tcp = tcp;
    }

    private interface Talk {
        void over(Socket socket, BufferedReader reader, OutputStream writer) throws IOException, InterruptedException;
    }

    public static void main(String[] arguments) throws InterruptedException {
        SteadyLoad load = new SteadyLoad(Duration.ofSeconds(Long.parseLong(arguments[0])), new InetSocketAddress(arguments[1], 80),
                new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3])));
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < STAYING; i++) {
            threads.add(Thread.ofVirtual().start(() -> load.connection(load.tcp, (socket, reader, writer) -> load.echoAllTheTime(reader, writer))));
            threads.add(Thread.ofVirtual().start(() -> load.connection(load.http, (socket, reader, writer) -> load.askAllTheTime(reader, writer))));
        }
        for (int i = 0; i < COMING_AND_GOING; i++) {
            threads.add(Thread.ofVirtual().start(() -> load.comeAndGo(load.tcp, load::echo)));
            threads.add(Thread.ofVirtual().start(() -> load.comeAndGo(load.http, load::ask)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        System.out.println("connections=" + load.made + " staying=" + 2 * STAYING + " exchanges=" + load.exchanges + " errors=" + load.errors);
    }

    private boolean goesOn() {
        return System.nanoTime() < end;
    }

    private void comeAndGo(InetSocketAddress where, Exchange exchange) {
        while (goesOn()) {
            connection(where, (socket, reader, writer) -> {
                exchange.once(reader, writer);
                Thread.sleep(PAUSE_MILLIS);
            });
        }
    }

    private interface Exchange {
        void once(BufferedReader reader, OutputStream writer) throws IOException;
    }

    private void echoAllTheTime(BufferedReader reader, OutputStream writer) throws IOException, InterruptedException {
        while (goesOn()) {
            echo(reader, writer);
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private void askAllTheTime(BufferedReader reader, OutputStream writer) throws IOException, InterruptedException {
        while (goesOn()) {
            ask(reader, writer);
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private void connection(InetSocketAddress where, Talk talk) {
        try (Socket socket = new Socket()) {
            socket.connect(where, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            made.incrementAndGet();
            talk.over(socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)),
                    socket.getOutputStream());
        } catch (IOException | InterruptedException wrong) {
            if (errors.incrementAndGet() <= ERRORS_SHOWN) {
                System.out.println("error at " + where + ": " + wrong);
            }
        }
    }

    private void echo(BufferedReader reader, OutputStream writer) throws IOException {
        String line = "line " + exchanges.incrementAndGet();
        writer.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        String back = reader.readLine();
        if (!line.equals(back)) {
            throw new IOException("sent '" + line + "', got '" + back + "'");
        }
    }

    private void ask(BufferedReader reader, OutputStream writer) throws IOException {
        exchanges.incrementAndGet();
        writer.write(("GET /bytes/100 HTTP/1.1\r\nHost: " + http.getHostString() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        String status = reader.readLine();
        if (status == null || !status.startsWith("HTTP/1.1 200")) {
            throw new IOException("answered '" + status + "'");
        }
        int length = -1;
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            if (line.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(line.substring(15).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            if (reader.read() < 0) {
                throw new IOException("the body breaks off");
            }
        }
        if (length != 100) {
            throw new IOException("a body of " + length + " bytes");
        }
    }
}
