package io.ngrokd.kernel.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket with the Go daemon's protocol: one JSON object per connection, one answer and a newline. Its users
 * pipe JSON into it with nc.
 *
 * <p>Plain JDK channels on virtual threads, one a client: Netty's nio transport ends a unix connection when the client has
 * closed its sending half, as {@code nc -N} and socat do, and the answer would be lost.
 */
public final class ControlSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BACKLOG = 512;
    private static final long MOST_DROPPED = 16 << 20;
    /** How long a client may take from connecting to having read its answer; registering with a new key is in it. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** {@code sun_path} of Linux and macOS, less the final NUL. */
    private static final int LONGEST_PATH = 103;

    private final Vertx vertx;
    private final Documents documents;
    private final Actions actions;
    private final Path path;
    private ServerSocketChannel server;

    public ControlSocket(Vertx vertx, Documents documents, Actions actions, Path path) {
        this.vertx = vertx;
        this.documents = documents;
        this.actions = actions;
        this.path = path;
    }

    /**
     * Listens; blocks until it does. A stale socket file is replaced, but only when a dial shows that nobody is there.
     *
     * @throws IOException with a message for the user
     */
    public void start() throws IOException {
        if (path.toString().getBytes().length > LONGEST_PATH) {
            throw new IOException("server.socket_path is longer than " + LONGEST_PATH + " bytes, which no unix socket may be: " + path);
        }
        if (isSocket(path) && somebodyListens(path)) {
            throw new IOException("another daemon listens on " + path + "; stop it, or set server.socket_path to another path");
        }
        removeStale(path);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("server.socket_path is a file that is no socket, and stays: " + path + "; name another path");
        }
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
        } catch (IOException notBound) {
            server.close();
            throw new IOException("the control socket " + path + " could not be made: " + notBound.getMessage()
                    + "; set server.socket_path to a place where this user may write", notBound);
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
        }
        Thread.ofVirtual().name("control-socket").start(this::acceptAll);
    }

    /**
     * Removes a socket that nobody listens on; anything else stays.
     *
     * @return whether there was one
     */
    public static boolean removeStale(Path path) throws IOException {
        return isSocket(path) && !somebodyListens(path) && Files.deleteIfExists(path);
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
    }

    private static boolean somebodyListens(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException nobody) {
            return false;
        }
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofVirtual().name("control").start(() -> serve(client));
            } catch (ClosedChannelException stopped) {
                return;
            } catch (IOException failed) {
                LOG.warn("The control socket could not take a connection. cause={}", failed.toString());
                pause();
            }
        }
    }

    /** Out of file descriptors, most likely: asking again at once would only burn the processor. */
    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(SocketChannel client) {
        long deadline = vertx.setTimer(PATIENCE.toMillis(), timer -> close(client));
        try (client) {
            ByteBuffer answer = ByteBuffer.wrap((answer(client) + "\n").getBytes(StandardCharsets.UTF_8));
            while (answer.hasRemaining()) {
                client.write(answer);
            }
            client.shutdownOutput();
            drain(client);
        } catch (IOException clientGone) {
            LOG.debug("A control connection ended early. cause={}", clientGone.toString());
        } finally {
            vertx.cancelTimer(deadline);
        }
    }

    /** What a client still sends is read and dropped: closing over unread bytes would show it a reset in place of the answer. */
    private static void drain(SocketChannel client) throws IOException {
        ByteBuffer dropped = ByteBuffer.allocate(8192);
        for (long left = MOST_DROPPED; left > 0; left -= dropped.position()) {
            dropped.clear();
            if (client.read(dropped) < 0) {
                return;
            }
        }
    }

    private ObjectNode answer(SocketChannel client) throws IOException {
        try (JsonParser parser = JSON.createParser(new CommandLimit(Channels.newInputStream(client)))
                .disable(JsonParser.Feature.AUTO_CLOSE_SOURCE)) {
            JsonNode command = parser.readValueAsTree();
            return run(command == null ? MissingNode.getInstance() : command);
        } catch (CommandLimit.Exceeded tooLong) {
            return failure("the command is longer than 64 KiB");
        } catch (JacksonException noJson) {
            return failure("the command is no JSON: " + noJson.getOriginalMessage());
        }
    }

    private static void close(SocketChannel client) {
        try {
            client.close();
        } catch (IOException failed) {
            LOG.debug("A control connection could not be closed. cause={}", failed.toString());
        }
    }

    private ObjectNode run(JsonNode command) {
        String name = command.path("command").asText("");
        try {
            return switch (name) {
                case "status" -> success(documents.status());
                case "list" -> success(documents.list());
                case "health" -> success(documents.health());
                case "set-api-key" -> setApiKey(command.path("args").path(0).asText(""));
                case "refresh-cert" -> refreshCertificate(command.path("args"));
                case "" -> failure("expected an object such as {\"command\":\"status\"}");
                default -> failure("unknown command: " + name);
            };
        } catch (RuntimeException defect) {
            LOG.error("A command failed unexpectedly. command={}", name, defect);
            return failure("'" + name + "' failed unexpectedly; see the daemon's log");
        }
    }

    private ObjectNode setApiKey(String key) {
        if (key.isBlank()) {
            return failure("API key required");
        }
        try {
            return success(TextNode.valueOf(actions.setApiKey(key.strip())));
        } catch (Actions.ActionException refused) {
            return failure(refused.getMessage());
        }
    }

    private ObjectNode refreshCertificate(JsonNode arguments) {
        boolean force = false;
        for (JsonNode argument : arguments) {
            if (!argument.asText().equals("--force")) {
                return failure("refresh-cert takes --force and nothing else");
            }
            force = true;
        }
        try {
            Actions.Refreshed refreshed = actions.refreshCertificate(force);
            return success(JSON.createObjectNode()
                    .put("renewed", refreshed.renewed())
                    .put("old_not_after", refreshed.before().toString())
                    .put("not_after", refreshed.notAfter().toString())
                    .put("renew_at", refreshed.renewAt().toString())
                    .put("message", refreshed.message()));
        } catch (Actions.ActionException refused) {
            return failure(refused.getMessage());
        }
    }

    private static ObjectNode success(JsonNode data) {
        ObjectNode answer = JSON.createObjectNode().put("success", true);
        answer.set("data", data);
        return answer;
    }

    private static ObjectNode failure(String message) {
        return JSON.createObjectNode().put("success", false).put("error", message);
    }

    /** Stops listening and removes the socket file. */
    public void stop() throws IOException {
        if (server != null) {
            server.close();
            Files.deleteIfExists(path);
        }
    }
}
