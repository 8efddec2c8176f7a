package io.ngrokd.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The local cloud as a program on a machine; what it serves is changed by rewriting its file. */
final class Cloud {

    static final String KEY = "local-cloud-key";
    static final String API = "http://127.0.0.1:4040";
    static final int INGRESS_PORT = 4443;

    private final Machine machine;
    private final Path folder;
    private final String ingressName;
    private String endpoints = "endpoints: []\n";
    private List<String> apiFaults = List.of();
    private List<String> ingressFaults = List.of();
    private boolean forgets;
    private int marks;
    private String lifetime = "90d";
    private boolean nativeTls;
    private Process process;

    private Cloud(Machine machine, String ingressName) throws IOException {
        this.machine = machine;
        this.ingressName = ingressName;
        this.folder = Files.createDirectories(machine.folder().resolve("cloud"));
    }

    /** Starts one that serves these; see {@link #serves}. */
    static Cloud start(Machine machine, String... urls) throws IOException, InterruptedException {
        return startAs(machine, "localhost", urls);
    }

    /** Starts one whose ingress has this name. */
    static Cloud startAs(Machine machine, String ingressName, String... urls) throws IOException, InterruptedException {
        Cloud cloud = new Cloud(machine, ingressName);
        cloud.serves(urls);
        cloud.start();
        return cloud;
    }

    /** Starts one on epoll and with BoringSSL, where there is a native part of them for this system. */
    static Cloud startNative(Machine machine, String... urls) throws IOException, InterruptedException {
        Cloud cloud = new Cloud(machine, "localhost");
        cloud.nativeTls = true;
        cloud.serves(urls);
        cloud.start();
        return cloud;
    }

    /** From now on exactly these: a URL each, or the flow mapping of an endpoint such as {@code {url: ..., offline: true}}. */
    void serves(String... urls) throws IOException {
        endpoints = Stream.of(urls).map(url -> url.startsWith("{") ? url : "{url: \"" + url + "\"}")
                .collect(Collectors.joining("\n  - ", urls.length == 0 ? "endpoints: [" : "endpoints:\n  - ", urls.length == 0 ? "]\n" : "\n"));
        write();
    }

    /** What goes wrong from now on: the items of {@code faults.api}. */
    void fails(String... items) throws IOException {
        faults(false, List.of(items), List.of());
        write();
    }

    /** What goes wrong at the ingress from now on: the items of {@code faults.ingress}. */
    void failsAtTheIngress(String... items) throws IOException {
        faults(false, List.of(), List.of(items));
        write();
    }

    /** Where its authority is, which a certificate for another name can be had from. */
    Path state() {
        return folder.resolve("state");
    }

    /** As if somebody had deleted all operators; and these are the items of {@code faults.api} from then on. */
    void forgetsOperators(String... items) throws IOException {
        faults(true, List.of(items), List.of());
        write();
    }

    /** How long the certificates live that it makes from now on, as {@code 30s}. */
    void certificatesLive(String newLifetime) throws IOException, InterruptedException {
        lifetime = newLifetime;
        writeAndWait();
    }

    /** Like {@link #fails}, and counts when it returns. */
    void failsFromNowOn(String... items) throws IOException, InterruptedException {
        faults(false, List.of(items), List.of());
        writeAndWait();
    }

    private void faults(boolean forgetting, List<String> api, List<String> ingress) {
        forgets = forgetting;
        apiFaults = api;
        ingressFaults = ingress;
    }

    /** The file has a fault of its own that nobody else asks for: when it is there, all that was written with it is. */
    private void writeAndWait() throws IOException, InterruptedException {
        marks++;
        write();
        Wait.until("the cloud follows its file", this::circumstances, () -> machine.run("curl", "-s", "--max-time", "5", "-o", "/dev/null",
                "-w", "%{http_code}", API + "/mark/" + marks + "/").output().equals("418"));
    }

    /** The ids of the operators that are registered. */
    List<String> operators() throws IOException {
        List<String> ids = new ArrayList<>();
        Path file = folder.resolve("state/operators.json");
        if (!Files.exists(file)) {
            return ids;
        }
        for (JsonNode operator : new ObjectMapper().readTree(Machine.text(file))) {
            ids.add(operator.path("id").asText());
        }
        return ids;
    }

    String ingress() {
        return ingressName + ":" + INGRESS_PORT;
    }

    /** The root to trust, at the ingress and at the samples that speak TLS. */
    Path ca() {
        return folder.resolve("state/ca.pem");
    }

    void start() throws IOException, InterruptedException {
        Path log = folder.resolve("cloud.log");
        Files.deleteIfExists(log);
        process = machine.start(machine.builder(Map.of(), List.of(
                        machine.program("ngrokd"), "local-cloud", "--config", folder.resolve("cloud.yml").toString()))
                .redirectErrorStream(true).redirectOutput(log.toFile()));
        Wait.until("the local cloud is up", this::circumstances, () -> Machine.text(log).contains("The local cloud is up."));
    }

    void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(Machine.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the local cloud does not end");
        }
    }

    private void write() throws IOException {
        Machine.replace(folder.resolve("cloud.yml"), """
                api: {listen: "127.0.0.1:4040", keys: [%s]}
                ingress: {listen: "127.0.0.1:%d", host_names: [%s], native_tls: %s}
                state_dir: state
                certificate_lifetime: %s
                """.formatted(KEY, INGRESS_PORT, ingressName, nativeTls, lifetime) + endpoints + faults());
    }

    private String faults() {
        List<String> api = new ArrayList<>(marks == 0 ? List.of() : List.of("{path: /mark/" + marks + "/, status: 418}"));
        api.addAll(apiFaults);
        return "faults:\n  forget_operators: " + forgets + "\n" + items("api", api) + items("ingress", ingressFaults);
    }

    private static String items(String name, List<String> items) {
        return items.isEmpty() ? "" : "  " + name + ":\n    - " + String.join("\n    - ", items) + "\n";
    }

    private String circumstances() {
        try {
            return Machine.text(folder.resolve("cloud.log"));
        } catch (IOException none) {
            return none.toString();
        }
    }
}
