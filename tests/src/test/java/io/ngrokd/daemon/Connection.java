package io.ngrokd.daemon;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One TCP connection from a machine, made and used by a {@link SocketClient} there. */
final class Connection implements AutoCloseable {

    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final int PATIENCE_SECONDS = 600;

    private final Process process;
    private final BufferedReader answers;
    private final OutputStream commands;
    private CompletableFuture<String> under;

    private Connection(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.US_ASCII);
        this.commands = process.getOutputStream();
    }

    /** Connects. */
    static Connection open(Machine machine, String host, int port) throws Exception {
        Process process = machine.start(machine.builder(Map.of(), command(host, port)).redirectErrorStream(true));
        Connection connection = new Connection(process);
        connection.under = CompletableFuture.supplyAsync(connection::line, task -> Thread.ofVirtual().start(task));
        String answer = connection.answer();
        if (!answer.equals("connected")) {
            throw new IOException(answer);
        }
        return connection;
    }

    private static List<String> command(String host, int port) throws URISyntaxException {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx32m", "-cp",
                Path.of(SocketClient.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(),
                SocketClient.class.getName(), host, Integer.toString(port));
    }

    /** Sends a text of ASCII characters. */
    Connection send(String text) throws Exception {
        begin("send " + text.replace("\r\n", "\\r\\n"));
        expect("sent");
        return this;
    }

    /** Sends a request and reads the first bytes of its answer. */
    Connection get(String host, String path) throws Exception {
        send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
        return read(1);
    }

    /** Reads so many bytes. */
    Connection read(long count) throws Exception {
        begin("read " + count);
        expect("read " + count);
        return this;
    }

    /** Starts to read everything until the end; {@link #answer} tells. */
    Connection readAll() throws Exception {
        begin("read " + FOR_EVER);
        return this;
    }

    /** Ends our half. */
    Connection end() throws Exception {
        begin("end");
        expect("ended");
        return this;
    }

    /** What came of the command under way. */
    String answer() throws Exception {
        return under.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void begin(String command) throws IOException {
        commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
        under = CompletableFuture.supplyAsync(this::line, task -> Thread.ofVirtual().start(task));
    }

    private void expect(String expected) throws Exception {
        String answer = answer();
        if (!answer.equals(expected)) {
            throw new AssertionError("expected '" + expected + "', got '" + answer + "'");
        }
    }

    private String line() {
        try {
            return String.valueOf(answers.readLine());
        } catch (IOException gone) {
            return gone.toString();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
