package io.ngrokd.cloud.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.cloud.config.EndpointUrl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The daemon as a child process, and its control socket. */
final class DaemonProcess {

    private static final int STOP_SECONDS = 20;
    private static final int CLEANUP_SECONDS = 60;
    /** Java's own answers to SIGINT and SIGTERM too: Ctrl-C may come before the daemon listens for it. */
    private static final Set<Integer> ORDERLY_EXITS = Set.of(0, 130, 143);
    private static final int MOST_ANSWER_BYTES = 16 << 20;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Process process;
    private final Path socket;

    private DaemonProcess(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** How the daemon came to its end. */
    enum Ending { ORDERLY, COMPLAINING, KILLED }

    /** What the daemon says about one endpoint. */
    record Served(String hostname, String ip, int port) {
        boolean is(EndpointUrl url) {
            return hostname.equals(url.host()) && port == url.port() && !ip.isEmpty();
        }
    }

    static DaemonProcess start(Path launcher, DemoFiles files, Surroundings surroundings) throws IOException {
        return new DaemonProcess(builder(files, surroundings, launcher.toString(), configOption(files)).start(), files.socket());
    }

    /** Undoes what a daemon that was killed left. @return whether all of it is undone */
    static boolean cleanUp(Path launcher, DemoFiles files, Surroundings surroundings) throws IOException, InterruptedException {
        Process cleanup = builder(files, surroundings, launcher.toString(), "cleanup", configOption(files)).start();
        if (!cleanup.waitFor(CLEANUP_SECONDS, TimeUnit.SECONDS)) {
            cleanup.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
        return !files.isAnythingToUndo();
    }

    /** The same to paste, when it has to be done later. */
    static String cleanUpCommand(Path launcher, DemoFiles files, Surroundings surroundings) {
        return surroundings.hostsFile().map(path -> "NGROKD_HOSTS_PATH=" + path + " ").orElse("") + launcher + " cleanup "
                + configOption(files);
    }

    private static ProcessBuilder builder(DemoFiles files, Surroundings surroundings, String... command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        Map<String, String> environment = builder.environment();
        environment.put("NGROK_API_KEY", files.apiKey());
        surroundings.hostsFile().ifPresent(path -> environment.put("NGROKD_HOSTS_PATH", path.toString()));
        return builder.directory(files.folder().toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
    }

    private static String configOption(DemoFiles files) {
        return "--config=" + files.daemonConfig();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Empty while the daemon does not answer yet. */
    Optional<JsonNode> ask(String command) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(("{\"command\":\"" + command + "\"}\n").getBytes(StandardCharsets.UTF_8)));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (answer.size() < MOST_ANSWER_BYTES && channel.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
                if (buffer.position() > 0 && buffer.get(buffer.position() - 1) == '\n') {
                    break;
                }
            }
            JsonNode json = mapper.readTree(answer.toByteArray());
            return json.path("success").asBoolean() ? Optional.of(json.path("data")) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    List<Served> served() {
        List<Served> served = new ArrayList<>();
        ask("list").ifPresent(list -> list.forEach(item -> served.add(new Served(item.path("hostname").asText(),
                item.path("ip").asText(), item.path("port").asInt()))));
        return served;
    }

    Ending stop() throws InterruptedException {
        process.destroy();
        if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            return ORDERLY_EXITS.contains(process.exitValue()) ? Ending.ORDERLY : Ending.COMPLAINING;
        }
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        return Ending.KILLED;
    }

    /** To be asked after its end. */
    int exitCode() {
        return process.exitValue();
    }
}
