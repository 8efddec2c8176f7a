package io.ngrokd.kernel.control;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.channel.ChannelOption;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The unix socket with the Go daemon's protocol: one JSON object per connection, one answer and a newline. Its users
 * pipe JSON into it with nc.
 */
public final class ControlSocket {

    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_COMMAND = 1 << 20;
    private static final int IDLE_SECONDS = 60;
    /** {@code sun_path} of Linux and macOS, less the final NUL. */
    private static final int LONGEST_PATH = 103;

    private final Vertx vertx;
    private final Documents documents;
    private final Actions actions;
    private final Path path;
    private NetServer server;

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
        if (Files.exists(path)) {
            if (somebodyListens()) {
                throw new IOException("another daemon listens on " + path + "; stop it, or set server.socket_path to another path");
            }
            Files.delete(path);
        }
        if (path.getParent() != null) {
            Files.createDirectories(path.getParent());
        }
        server = vertx.createNetServer(new NetServerOptions().setIdleTimeout(IDLE_SECONDS).setIdleTimeoutUnit(TimeUnit.SECONDS))
                .connectHandler(this::accept)
                .exceptionHandler(failure -> LOG.warn("The control socket could not take a connection. cause={}", failure.toString()));
        try {
            server.listen(SocketAddress.domainSocketAddress(path.toString())).await();
        } catch (RuntimeException notBound) {
            throw new IOException("the control socket " + path + " could not be made: " + notBound.getMessage()
                    + "; set server.socket_path to a place where this user may write", notBound);
        }
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
        }
    }

    private boolean somebodyListens() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException nobody) {
            return false;
        }
    }

    private void accept(NetSocket socket) {
        // A client that closes its sending half (nc -N, socat) still waits for the answer.
        ((NetSocketInternal) socket).channelHandlerContext().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        Buffer received = Buffer.buffer();
        socket.handler(part -> {
            received.appendBuffer(part);
            if (received.length() > LONGEST_COMMAND) {
                socket.pause();
                answer(socket, failure("the command is longer than 1 MiB"));
                return;
            }
            JsonNode command;
            try {
                command = JSON.readTree(received.getBytes());
            } catch (JsonEOFException incomplete) {
                return;
            } catch (IOException noJson) {
                socket.pause();
                String problem = noJson instanceof JacksonException jackson ? jackson.getOriginalMessage() : noJson.getMessage();
                answer(socket, failure("the command is no JSON: " + problem));
                return;
            }
            if (command.isMissingNode()) {
                return;
            }
            socket.pause();
            Thread.ofVirtual().name("control").start(() -> answer(socket, run(command)));
        });
        socket.exceptionHandler(failure -> LOG.debug("A control connection failed. cause={}", failure.toString()));
    }

    private ObjectNode run(JsonNode command) {
        String name = command.path("command").asText("");
        try {
            return switch (name) {
                case "status" -> success(documents.status());
                case "list" -> success(documents.list());
                case "health" -> success(documents.health());
                case "set-api-key" -> setApiKey(command.path("args").path(0).asText(""));
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
            return success(JSON.createObjectNode().put("message", actions.setApiKey(key.strip())));
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

    private static void answer(NetSocket socket, ObjectNode answer) {
        socket.end(Buffer.buffer(answer + "\n"));
    }

    /** Stops listening and removes the socket file. */
    public void stop() throws IOException {
        if (server != null) {
            server.close().await();
            Files.deleteIfExists(path);
        }
    }
}
