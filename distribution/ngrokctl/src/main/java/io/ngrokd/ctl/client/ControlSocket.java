package io.ngrokd.ctl.client;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The daemon's control socket: one connection, one command, one answer. */
public final class ControlSocket implements Commands {

    /** 65,000 endpoints are about 40 MB; what is far beyond that is no answer of ngrokd's. */
    private static final long LONGEST_ANSWER = 256L * 1024 * 1024;

    private final Path path;
    private final Duration timeout;

    public ControlSocket(Path path, Duration timeout) {
        this.path = path;
        this.timeout = timeout;
    }

    @Override
    public byte[] ask(String command, String... arguments) throws CommandFailure {
        Answer answer;
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                Deadline deadline = new Deadline(timeout, channel)) {
            try {
                connect(channel, deadline);
                answer = exchange(channel, command, arguments);
            } catch (IOException failure) {
                if (deadline.passed()) {
                    throw timedOut();
                }
                throw badAnswer(failure);
            }
        } catch (IOException failure) {
            throw new CommandFailure(ExitStatus.ERROR, "This system gives out no unix sockets: " + failure.getMessage());
        }
        if (!answer.success()) {
            throw new CommandFailure(answer.error().startsWith("not permitted") ? ExitStatus.NOT_PERMITTED : ExitStatus.ERROR,
                    answer.error().isEmpty() ? "The daemon refused, without a reason (its log may have one)." : answer.error());
        }
        return answer.data();
    }

    private void connect(SocketChannel channel, Deadline deadline) throws CommandFailure {
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException failure) {
            throw deadline.passed() ? timedOut() : Unreachable.explain(path, failure, Files::isWritable);
        }
    }

    private static Answer exchange(SocketChannel channel, String command, String... arguments) throws IOException {
        ByteBuffer request = ByteBuffer.wrap(request(command, arguments));
        while (request.hasRemaining()) {
            channel.write(request);
        }
        return Answer.read(new LimitedInputStream(Channels.newInputStream(channel), LONGEST_ANSWER));
    }

    private static byte[] request(String command, String... arguments) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(request)) {
            generator.writeStartObject();
            generator.writeStringField("command", command);
            if (arguments.length > 0) {
                generator.writeFieldName("args");
                generator.writeArray(arguments, 0, arguments.length);
            }
            generator.writeEndObject();
        }
        request.write('\n');
        return request.toByteArray();
    }

    private CommandFailure timedOut() {
        return new CommandFailure(ExitStatus.TIMED_OUT,
                "The daemon at " + path + " did not answer within " + timeout.toSeconds() + " s.",
                "It may be busy: try again, or wait longer with --timeout SECONDS.");
    }

    private CommandFailure badAnswer(IOException failure) {
        String reason = switch (failure) {
            case EOFException ended -> "the connection was closed before an answer came; the daemon's log may say why";
            case JacksonException broken -> "that is not JSON, or it breaks off: " + broken.getOriginalMessage();
            default -> failure.getMessage();
        };
        return new CommandFailure(ExitStatus.ERROR, "No good answer from " + path + ": " + reason + ".",
                "Is it ngrokd that listens there?");
    }
}
