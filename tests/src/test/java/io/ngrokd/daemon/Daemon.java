package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code bin/ngrokd} with a config file, a state folder and a control socket of its own. May be started again after it
 * ended. It has the local cloud's key in its environment and polls every second, unless told otherwise.
 */
final class Daemon {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LOG_LINES = 60;
    private static final int SIGKILL = 128 + 9;

    private final Machine machine;
    private final Path folder;
    private final Map<String, String> settings = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> prefix = new ArrayList<>();
    private Path home;
    private Process process;
    private int starts;

    Daemon(Machine machine, Path folder) {
        this.machine = machine;
        this.folder = folder;
        this.home = machine.home();
        environment.put("NGROK_API_KEY", Cloud.KEY);
        set("api.url", Cloud.API);
        set("server.socket_path", socket());
        set("server.client_cert", state("tls.crt"));
        set("server.client_key", state("tls.key"));
        set("bound_endpoints.poll_interval", 1);
        // Tests whose connections stay open wait for it at each end.
        set("server.drain_timeout", 3);
    }

    /** A daemon of this cloud. */
    Daemon of(Cloud cloud) {
        set("ingressEndpoint", cloud.ingress());
        return set("server.ingress_ca", cloud.ca());
    }

    /** Takes the daemon of another installation. */
    Daemon from(Path installation) {
        home = installation;
        return this;
    }

    /** Sets a key of the config, {@code section.key}; it counts from the next {@link #writeConfig}. */
    Daemon set(String key, Object value) {
        settings.put(key, value.toString());
        return this;
    }

    /** Sets a variable of the environment, or removes it when the value is empty. */
    Daemon environment(String name, String value) {
        if (value.isEmpty()) {
            environment.remove(name);
        } else {
            environment.put(name, value);
        }
        return this;
    }

    /** Runs it as a user who may nothing, in a folder that is that user's. */
    Daemon asNobody() throws IOException, InterruptedException {
        prefix.addAll(machine.asNobody());
        Files.createDirectories(state(""));
        machine.run("chown", "-R", Machine.NOBODY, folder.toString()).ok();
        return this;
    }

    Path folder() {
        return folder;
    }

    Path config() {
        return folder.resolve("config.yml");
    }

    Path socket() {
        return folder.resolve("ngrokd.sock");
    }

    /** A file of the state folder. */
    Path state(String name) {
        return folder.resolve("state").resolve(name);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Writes what was set, whole and at once. */
    Daemon writeConfig() throws IOException {
        StringBuilder text = new StringBuilder();
        String section = "";
        Map<String, String> top = settings.entrySet().stream().filter(entry -> !entry.getKey().contains("."))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        top.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
        for (Map.Entry<String, String> entry : settings.entrySet()) {
            String[] name = entry.getKey().split("\\.", 2);
            if (name.length == 1) {
                continue;
            }
            if (!name[0].equals(section)) {
                section = name[0];
                text.append(section).append(":\n");
            }
            text.append("  ").append(name[1]).append(": ").append(entry.getValue()).append('\n');
        }
        Machine.replace(config(), text.toString());
        return this;
    }

    /** Writes the config and starts it; returns when the control socket answers. */
    Daemon start() throws IOException, InterruptedException {
        return writeConfig().startAsIs();
    }

    /** Starts it with the config that is there. */
    Daemon startAsIs(String... options) throws IOException, InterruptedException {
        launch(options);
        await("it answers on its socket", () -> status() != null);
        return this;
    }

    /** Runs it, expecting that it ends by itself. */
    Result runToItsEnd(String... arguments) throws IOException, InterruptedException {
        return machine.run("", environment, command(arguments).toArray(String[]::new));
    }

    /** {@code ngrokd cleanup} with this daemon's config. */
    Result cleanup() throws IOException, InterruptedException {
        return runToItsEnd("cleanup", "--config=" + config());
    }

    /** {@code ngrokd plan} with this daemon's config. */
    Result plan(String... options) throws IOException, InterruptedException {
        return runToItsEnd(Stream.concat(Stream.of("plan", "--config=" + config()), Stream.of(options)).toArray(String[]::new));
    }

    private void launch(String... options) throws IOException {
        starts++;
        List<String> command = command(Stream.concat(Stream.of("--config=" + config()), Stream.of(options)).toArray(String[]::new));
        process = machine.start(machine.builder(environment, command).redirectErrorStream(true).redirectOutput(logFile().toFile()));
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.resolve("bin/ngrokd").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private Path logFile() {
        return machine.folder().resolve(folder.getFileName() + "-" + starts + ".log");
    }

    /** What it logged since it was started. */
    String log() {
        try {
            return Machine.text(logFile());
        } catch (IOException none) {
            return none.toString();
        }
    }

    /** Asks it to end, as a service manager does, and does not wait. */
    void sigterm() {
        process.destroy();
    }

    /** Ends it as a service manager does. */
    int terminate() throws InterruptedException {
        sigterm();
        return awaitEnd();
    }

    /** Waits for the end that it was asked for. */
    int awaitEnd() throws InterruptedException {
        long begin = System.nanoTime();
        // The promise is 5 seconds beside the drain; a loaded machine must not fail the test.
        assertTrue(process.waitFor(Machine.PATIENCE.toSeconds(), TimeUnit.SECONDS), () -> "SIGTERM did not end it\n" + logTail());
        System.out.printf("%s: SIGTERM to end: %d ms%n", folder.getFileName(), (System.nanoTime() - begin) / 1_000_000);
        return process.exitValue();
    }

    /** Ends it if it lives. */
    void stop() throws InterruptedException {
        if (isAlive()) {
            terminate();
        }
    }

    /** Ends it without a chance to undo anything. */
    void kill9() throws InterruptedException {
        process.destroyForcibly();
        assertTrue(process.waitFor(Machine.PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == SIGKILL,
                "SIGKILL ends everything");
    }

    /** Has it read its config again. */
    void hup() throws IOException, InterruptedException {
        machine.run("kill", "-HUP", Long.toString(pid())).ok();
    }

    /** {@code ngrokctl ARGUMENTS} for this daemon. */
    Result ngrokctl(String... arguments) throws IOException, InterruptedException {
        return ngrokctlWith("", arguments);
    }

    /** {@code ngrokctl ARGUMENTS} with this on its standard input. */
    Result ngrokctlWith(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = Machine.join(List.of(machine.program("ngrokctl")), List.of(arguments));
        return machine.run(input, Map.of("NGROKD_SOCKET", socket().toString()), command.toArray(String[]::new));
    }

    /** Sends one command to the control socket and returns the answer, byte for byte. */
    String control(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket()));
            channel.write(ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    JsonNode status() throws IOException {
        return data("status");
    }

    JsonNode list() throws IOException {
        return data("list");
    }

    private JsonNode data(String command) throws IOException {
        JsonNode answer = JSON.readTree(control("{\"command\":\"" + command + "\"}\n"));
        if (!answer.path("success").asBoolean()) {
            throw new AssertionError("the daemon refuses '" + command + "': " + answer);
        }
        return answer.path("data");
    }

    /** What the list says of an endpoint, by its URL. */
    Optional<JsonNode> endpoint(String url) throws IOException {
        for (JsonNode endpoint : list()) {
            if (endpoint.path("url").asText().equals(url)) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }

    /** The address of a served endpoint, by its URL. */
    String address(String url) throws IOException {
        String address = endpoint(url).map(endpoint -> endpoint.path("ip").asText()).orElse("");
        assertTrue(!address.isEmpty(), () -> url + " has no address\n" + logTail());
        return address;
    }

    /** Waits until exactly these are listed, and all of them are ready. */
    void awaitServed(String... urls) throws InterruptedException {
        List<String> wanted = Stream.of(urls).sorted().toList();
        await("exactly these are ready: " + wanted, () -> {
            List<String> ready = new ArrayList<>();
            for (JsonNode endpoint : list()) {
                ready.add((endpoint.path("state").asText().equals("ready") ? "" : "not ready: ") + endpoint.path("url").asText());
            }
            return ready.stream().sorted().toList().equals(wanted);
        });
    }

    /** Waits until the list says this state of an endpoint, for a reason that has all these words, and returns that reason. */
    String awaitState(String url, String state, String... words) throws InterruptedException {
        String[] reason = {""};
        await(url + " is " + state + (words.length == 0 ? "" : " because of " + List.of(words)), () -> {
            JsonNode endpoint = endpoint(url).orElseThrow();
            reason[0] = endpoint.path("reason").asText();
            return endpoint.path("state").asText().equals(state) && Stream.of(words).allMatch(reason[0]::contains);
        });
        return reason[0];
    }

    /** Waits until the log has a line with all these words. */
    void awaitLogged(String... words) throws InterruptedException {
        await("the log has a line with " + List.of(words),
                () -> log().lines().anyMatch(line -> Stream.of(words).allMatch(line::contains)));
    }

    /** Waits for something that this daemon shall bring about. */
    void await(String what, Wait.Condition condition) throws InterruptedException {
        await(what, Machine.PATIENCE, condition);
    }

    /** The same with more patience, or less. */
    void await(String what, Duration patience, Wait.Condition condition) throws InterruptedException {
        Wait.until(what, patience, this::logTail, () -> {
            boolean holds = condition.holds();
            if (!holds && !isAlive()) {
                throw new IllegalStateException("the daemon ended");
            }
            return holds;
        });
    }

    private String logTail() {
        List<String> lines = log().lines().toList();
        String list;
        try {
            list = list().toPrettyString();
        } catch (IOException | AssertionError none) {
            list = none.toString();
        }
        return "list: " + list + "\nthe log's last lines:\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }
}
