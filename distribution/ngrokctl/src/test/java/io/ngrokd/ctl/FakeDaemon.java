package io.ngrokd.ctl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.Map;

/** A control socket that gives set answers, and remembers what it was asked. */
final class FakeDaemon implements AutoCloseable {

    /** How the connection ends when the answer is out. */
    enum Ending {
        /** As the daemons do. */
        CLOSE,
        /** Never: the client must know by itself when the answer is complete. */
        STAY
    }

    private final Path path;
    private final ServerSocketChannel server;
    private final Ending ending;
    private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    FakeDaemon(Path folder) throws IOException {
        this(folder, Ending.CLOSE);
    }

    FakeDaemon(Path folder, Ending ending) throws IOException {
        this.ending = ending;
        path = folder.resolve("ngrokd.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(this::serve);
    }

    Path path() {
        return path;
    }

    List<String> requests() {
        return requests;
    }

    /** Answers that command with success and this data. */
    FakeDaemon data(String command, String json) {
        return raw(command, "{\"success\":true,\"data\":" + json + "}\n");
    }

    /** Answers that command with exactly these characters. */
    FakeDaemon raw(String command, String answer) {
        answers.put(command, answer.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> answer(client));
            }
        } catch (ClosedChannelException closed) {
            // The test is over.
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void answer(SocketChannel client) {
        try {
            BufferedReader reader = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
            String request = reader.readLine();
            requests.add(request);
            if (request.matches("[A-Z]+ /.* HTTP/1.1")) {
                answerHttp(client, reader, request);
                return;
            }
            String command = request.replaceAll(".*\"command\":\"([a-z-]*)\".*", "$1");
            if (!answers.containsKey(command)) {
                return; // hangs
            }
            ByteBuffer answer = ByteBuffer.wrap(answers.get(command));
            while (answer.hasRemaining()) {
                client.write(answer);
            }
            if (ending == Ending.CLOSE) {
                client.close();
            }
        } catch (IOException gone) {
            // The client left, which is what some tests are about.
        }
    }

    /** The key is the method and the path without its query; the body is remembered as a request of its own. */
    private void answerHttp(SocketChannel client, BufferedReader reader, String request) throws IOException {
        int length = 0;
        for (String header = reader.readLine(); header != null && !header.isEmpty(); header = reader.readLine()) {
            length = header.startsWith("Content-Length: ") ? Integer.parseInt(header.substring(16)) : length;
        }
        char[] body = new char[length];
        for (int read = 0; read < length; ) {
            read += Math.max(0, reader.read(body, read, length - read));
        }
        requests.add(new String(body));
        byte[] answer = answers.get(request.replaceFirst("^(\\S+) ([^ ?]*).*$", "$1 $2"));
        if (answer == null) {
            return; // hangs
        }
        ByteBuffer bytes = ByteBuffer.wrap(answer);
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
        client.close();
    }

    /** Answers a request of HTTP; the key is the method and the path. */
    FakeDaemon http(String key, int status, String json) {
        return raw(key, "HTTP/1.1 " + status + " Whatever\r\nContent-Type: application/json\r\nContent-Length: "
                + json.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + json);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SocketChannel client : open) {
            client.close();
        }
        Files.deleteIfExists(path);
    }
}
