package io.ngrokd.cloud.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.ngrokd.cloud.TestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;

/** The least that a daemon does: registers, polls, listens on loopback, tunnels bytes, writes hosts, answers "list". */
public final class FakeDaemon {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private static final String BEHAVIOUR = System.getProperty("fake");

    private final Map<String, Local> locals = new ConcurrentHashMap<>();
    private final Path hosts = Path.of(System.getenv("NGROKD_HOSTS_PATH"));
    private final TestClient client;
    private final TestClient.Identity me;
    private int lastByte = 10;

    private FakeDaemon(JsonNode config) throws Exception {
        String ingress = config.path("ingressEndpoint").asText();
        client = new TestClient(config.path("api").path("url").asText(), System.getenv("NGROK_API_KEY"),
                Files.readString(Path.of(config.path("server").path("ingress_ca").asText())),
                Integer.parseInt(ingress.substring(ingress.lastIndexOf(':') + 1)));
        me = client.register();
    }

    private record Local(String id, String host, String ip, int port, ServerSocket server) {}

    public static void main(String[] arguments) throws Exception {
        JsonNode config = new ObjectMapper(new YAMLFactory())
                .readTree(Files.readString(Path.of(arguments[arguments.length - 1].substring("--config=".length()))));
        Path journal = Path.of(config.path("server").path("state_dir").asText()).resolve("journal.json");
        Path hosts = Path.of(System.getenv("NGROKD_HOSTS_PATH"));
        if (arguments[0].equals("cleanup")) {
            if ("is killed".equals(BEHAVIOUR)) {
                Files.delete(hosts);
                Files.delete(journal);
            }
            return;
        }
        if ("is killed".equals(BEHAVIOUR) || "is killed for good".equals(BEHAVIOUR)) {
            Files.writeString(hosts, "# BEGIN ngrokd managed section\n");
            Files.createDirectories(journal.getParent());
            Files.writeString(journal, "{}");
            Runtime.getRuntime().halt(137);
        }
        if ("dies".equals(BEHAVIOUR)) {
            Files.writeString(hosts, "# BEGIN ngrokd managed section\n");
            System.out.println("the fake daemon can't go on");
            System.exit(3);
        }
        FakeDaemon daemon = new FakeDaemon(config);
        Runtime.getRuntime().addShutdownHook(new Thread(daemon::undo));
        Path socket = Path.of(config.path("server").path("socket_path").asText());
        Thread.ofPlatform().daemon().start(() -> daemon.control(socket));
        while (true) {
            daemon.poll();
            Thread.sleep(200);
        }
    }

    private void poll() throws Exception {
        Set<String> seen = new HashSet<>();
        for (JsonNode endpoint : client.get("/kubernetes_operators/" + me.operatorId() + "/bound_endpoints")
                .path("endpoints")) {
            String id = endpoint.path("id").asText();
            seen.add(id);
            if (!locals.containsKey(id)) {
                // Two builds on one machine must not meet on the same address and port.
                String ip = "127.107." + (1 + ProcessHandle.current().pid() % 250) + "." + lastByte++;
                int port = endpoint.path("port").asInt();
                ServerSocket server = new ServerSocket(port, 50, InetAddress.getByName(ip));
                String host = endpoint.path("host").asText();
                locals.put(id, new Local(id, host, ip, port, server));
                Thread.ofPlatform().daemon().start(() -> accept(server, host.replace("*", "foo"), port));
            }
        }
        for (Local local : locals.values()) {
            if (!seen.contains(local.id())) {
                local.server().close();
                locals.remove(local.id());
            }
        }
        writeHosts();
    }

    private void writeHosts() throws IOException {
        StringBuilder text = new StringBuilder("127.0.0.1\tlocalhost\n# BEGIN ngrokd managed section\n");
        new TreeMap<>(locals).values().stream().filter(local -> !local.host().startsWith("*"))
                .forEach(local -> text.append(local.ip()).append('\t').append(local.host()).append('\n'));
        Path fresh = hosts.resolveSibling("hosts.new");
        Files.writeString(fresh, text.append("# END ngrokd managed section\n"));
        Files.move(fresh, hosts, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void undo() {
        try {
            Files.writeString(hosts, "127.0.0.1\tlocalhost\n");
        } catch (IOException e) {
            System.out.println("can't undo: " + e);
        }
    }

    private void accept(ServerSocket server, String host, int port) {
        try {
            while (!server.isClosed()) {
                Socket local = server.accept();
                Thread.ofPlatform().daemon().start(() -> tunnel(local, host, port));
            }
        } catch (IOException e) {
            System.out.println("listener ended: " + e.getMessage());
        }
    }

    private void tunnel(Socket local, String host, int port) {
        if ("is interrupted".equals(BEHAVIOUR)) {
            // As Ctrl-C does while a call is under way.
            ProcessHandle.current().parent().ifPresent(ProcessHandle::destroy);
            return;
        }
        try (local; SSLSocket far = client.open(me, host, port)) {
            Thread up = Thread.ofPlatform().daemon().start(() -> {
                try {
                    local.getInputStream().transferTo(far.getOutputStream());
                    far.shutdownOutput();
                } catch (IOException e) {
                    System.out.println("upload ended: " + e.getMessage());
                }
            });
            far.getInputStream().transferTo(local.getOutputStream());
            local.shutdownOutput();
            up.join(5_000);
        } catch (Exception e) {
            System.out.println("tunnel ended: " + e);
        }
    }

    private void control(Path path) {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            while (true) {
                try (SocketChannel channel = server.accept()) {
                    ByteBuffer buffer = ByteBuffer.allocate(1024);
                    channel.read(buffer);
                    String request = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
                    channel.write(ByteBuffer.wrap((answer(request) + "\n").getBytes(StandardCharsets.UTF_8)));
                }
            }
        } catch (IOException e) {
            System.out.println("control socket ended: " + e);
        }
    }

    private ObjectNode answer(String request) {
        ObjectNode answer = MAPPER.createObjectNode().put("success", true);
        if (request.contains("status")) {
            answer.putObject("data").put("registered", true).put("operator_id", me.operatorId());
        } else {
            ArrayNode list = answer.putArray("data");
            locals.values().forEach(local -> list.addObject().put("id", local.id()).put("hostname", local.host())
                    .put("ip", local.ip()).put("port", local.port()));
        }
        return answer;
    }
}
