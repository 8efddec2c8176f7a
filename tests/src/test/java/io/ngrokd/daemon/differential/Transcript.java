package io.ngrokd.daemon.differential;

import io.ngrokd.daemon.differential.Scenario.Exchange;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What came of a scenario.
 *
 * @param seen the requests as the backend saw them
 * @param got the answers as the client got them
 * @param end what became of the client's connection
 */
record Transcript(List<Message> seen, List<Message> got, String end) {

    private static final int PATIENCE_MILLIS = 60_000;
    private static final String AFTER_UPGRADE = "\r\n\r\nnot HTTP \u0000\u00ff";

    Transcript {
        seen = List.copyOf(seen);
        got = List.copyOf(got);
    }

    /** Plays a scenario. */
    static Transcript of(Scenario scenario, RecordingBackend backend, InetSocketAddress where) {
        backend.play(scenario);
        List<Message> got = new ArrayList<>();
        String end;
        try (Socket socket = new Socket()) {
            socket.connect(where, PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            end = talk(scenario, socket, got);
        } catch (IOException | RuntimeException broken) {
            end = "broken: " + broken;
        }
        return new Transcript(backend.seen(), got, end + (backend.failures().isEmpty() ? "" : " " + backend.failures()));
    }

    private static String talk(Scenario scenario, Socket socket, List<Message> got) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = socket.getOutputStream();
        if (scenario.pipelined()) {
            StringBuilder all = new StringBuilder();
            scenario.exchanges().forEach(exchange -> all.append(exchange.head()).append(exchange.body()));
            write(out, all.toString());
        }
        for (Exchange exchange : scenario.exchanges()) {
            if (!scenario.pipelined()) {
                write(out, exchange.awaitsContinue() ? exchange.head() : exchange.head() + exchange.body());
            }
            for (int index = 0; index < exchange.answers().size(); index++) {
                got.add(Message.answer(in, exchange.method()).orElseThrow(() -> new IOException("no answer")));
                if (index == 0 && exchange.awaitsContinue()) {
                    write(out, exchange.body());
                }
            }
        }
        if (scenario.exchanges().getLast().upgrades()) {
            write(out, AFTER_UPGRADE);
            socket.shutdownOutput();
            return "upgraded, echoed " + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
        return isKept(in, out) ? "kept" : "closed";
    }

    /** Whether another request is answered. */
    private static boolean isKept(InputStream in, OutputStream out) throws IOException {
        try {
            write(out, "GET /probe HTTP/1.1\r\nHost: diff.demo\r\nX-Case: probe\r\n\r\n");
            Optional<Message> probed = Message.answer(in, "GET");
            return probed.isPresent() && probed.get().body().equals("probed");
        } catch (SocketTimeoutException neither) {
            throw neither;
        } catch (IOException closed) {
            return false;
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }
}
