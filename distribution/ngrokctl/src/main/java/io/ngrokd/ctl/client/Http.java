package io.ngrokd.ctl.client;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The daemon's HTTP API: a connection for each request. */
public final class Http {

    private static final long LONGEST_ANSWER = 256L << 20;

    private final Way way;
    private final Duration timeout;
    private final String token;

    /**
     * @param token what the daemon wants to see before it changes something over TCP; empty when there is none
     */
    public Http(Way way, Duration timeout, String token) {
        this.way = way;
        this.timeout = timeout;
        this.token = token;
    }

    /** What comes on a stream. */
    public interface Listener {
        /**
         * @param type of the event
         * @param data JSON in UTF-8
         */
        void event(String type, byte[] data) throws IOException;
    }

    /** Fetches a document. */
    public byte[] get(String target) throws CommandFailure {
        return ask("GET", target, new byte[0], "application/json");
    }

    /** Has something done; the answer is a document. */
    public byte[] post(String target) throws CommandFailure {
        return ask("POST", target, new byte[0], "application/json");
    }

    /**
     * Has something done.
     *
     * @param type of the body
     */
    public byte[] ask(String method, String target, byte[] body, String type) throws CommandFailure {
        byte[][] answer = new byte[1][];
        exchange(method, target, body, type, "application/json", (reply, deadline) ->
                answer[0] = new LimitedInputStream(reply.body(), LONGEST_ANSWER).readAllBytes());
        return answer[0];
    }

    /** Listens until the daemon ends the stream, which is a failure, or the listener throws. */
    public void follow(String target, Listener listener) throws CommandFailure {
        exchange("GET", target, new byte[0], "application/json", "text/event-stream", (reply, deadline) -> {
            deadline.close();
            listen(reply.body(), listener);
        });
        throw new CommandFailure(ExitStatus.NO_DAEMON, "The daemon at " + way.name() + " ended the stream.", "Is it still running? See: ngrokctl status");
    }

    private interface Reader {
        void read(HttpReply reply, Deadline deadline) throws IOException;
    }

    private void exchange(String method, String target, byte[] body, String type, String accept, Reader reader) throws CommandFailure {
        try (Way.Connection connection = way.open(); Deadline deadline = new Deadline(timeout, connection)) {
            try {
                way.connect(connection);
            } catch (IOException failure) {
                throw deadline.passed() ? late() : way.explain(failure);
            }
            HttpReply reply;
            try {
                send(connection.output(), method, target, body, type, accept);
                reply = HttpReply.read(connection.input());
                if (reply.status() < 300) {
                    reader.read(reply, deadline);
                    return;
                }
                throw problem(reply);
            } catch (Listening broken) {
                throw broken;
            } catch (HttpReply.NoHttp other) {
                throw new CommandFailure(ExitStatus.ERROR, "The daemon at " + way.name() + " has no HTTP API.",
                        "It is the Go daemon, or an older one: this command needs ngrokd for Java.");
            } catch (IOException failure) {
                throw deadline.passed() ? late() : new CommandFailure(ExitStatus.ERROR, "No good answer from " + way.name() + ": "
                        + (failure instanceof EOFException ? "the connection was closed before an answer came" : failure.getMessage()) + ".",
                        "Is it ngrokd that listens there?");
            }
        } catch (Listening own) {
            throw new OwnFailure(own.getCause());
        } catch (IOException failure) {
            throw new CommandFailure(ExitStatus.ERROR, "The connection to " + way.name() + " failed: " + failure.getMessage());
        }
    }

    private void send(OutputStream output, String method, String target, byte[] body, String type, String accept) throws IOException {
        String head = method + " " + target + " HTTP/1.1\r\nHost: " + way.host() + "\r\nConnection: close\r\nAccept: " + accept + "\r\n"
                + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                + (method.equals("GET") ? "" : "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n") + "\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.write(head.getBytes(StandardCharsets.UTF_8));
        request.write(body);
        output.write(request.toByteArray());
        output.flush();
    }

    private static CommandFailure problem(HttpReply reply) throws IOException {
        byte[] body = new LimitedInputStream(reply.body(), LONGEST_ANSWER).readAllBytes();
        Fields problem = Json.isObject(body) ? Json.fields(body) : Json.fields("{}".getBytes(StandardCharsets.US_ASCII));
        ExitStatus status = switch (reply.status()) {
            case 401, 403 -> ExitStatus.NOT_PERMITTED;
            case 504 -> ExitStatus.TIMED_OUT;
            default -> ExitStatus.ERROR;
        };
        List<String> mends = new ArrayList<>();
        problem.text("mend").ifPresent(mends::add);
        if (reply.status() == 401) {
            mends.add("With ngrokctl: --token-file FILE, or NGROKD_TOKEN_FILE=FILE.");
        }
        return new CommandFailure(status, problem.text("detail").orElse("The daemon says HTTP " + reply.status() + "."), mends.toArray(String[]::new));
    }

    private CommandFailure late() {
        return new CommandFailure(ExitStatus.TIMED_OUT, "The daemon at " + way.name() + " did not answer within " + timeout.toSeconds() + " s.",
                "It may be busy: try again, or wait longer with --timeout SECONDS.");
    }

    private static void listen(InputStream stream, Listener listener) throws IOException {
        String type = "message";
        for (String line = HttpReply.line(stream); line != null; line = HttpReply.line(stream)) {
            if (line.startsWith("event: ")) {
                type = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                try {
                    listener.event(type, line.substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
                } catch (IOException unwritten) {
                    throw new Listening(unwritten);
                }
            }
        }
    }

    /** The listener's own failure, which is no fault of the connection. */
    private static final class Listening extends IOException {

        private static final long serialVersionUID = 1;

        Listening(IOException cause) {
            super(cause);
        }
    }

    /** The output cannot be written, for instance: nobody reads it any more. */
    public static final class OwnFailure extends CommandFailure {

        private static final long serialVersionUID = 1;

        OwnFailure(Throwable cause) {
            super(ExitStatus.ERROR, cause.getMessage());
            initCause(cause);
        }
    }
}
