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
import java.util.concurrent.TimeUnit;

/** The daemon as a child process, and its control socket. */
final class DaemonProcess {

    private static final int STOP_SECONDS = 20;
    private static final int MOST_ANSWER_BYTES = 16 << 20;

    private final ObjectMapper mapper = new ObjectMapper();
    private final Process process;
    private final Path socket;

    private DaemonProcess(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** What the daemon says about one endpoint. */
    record Served(String hostname, String ip, int port) {
        boolean is(EndpointUrl url) {
            return hostname.equals(url.host()) && port == url.port() && !ip.isEmpty();
        }
    }

    static DaemonProcess start(Path launcher, DemoFiles files, Surroundings surroundings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "--config=" + files.daemonConfig());
        Map<String, String> environment = builder.environment();
        environment.put("NGROK_API_KEY", files.apiKey());
        surroundings.hostsFile().ifPresent(path -> environment.put("NGROKD_HOSTS_PATH", path.toString()));
        builder.directory(files.folder().toFile()).redirectErrorStream(true).redirectOutput(files.log().toFile());
        return new DaemonProcess(builder.start(), files.socket());
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

    /** @return whether it ended by itself after it was asked to */
    boolean stop() throws InterruptedException {
        process.destroy();
        if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            return true;
        }
        process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        return false;
    }
}
