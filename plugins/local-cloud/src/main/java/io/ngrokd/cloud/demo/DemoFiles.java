package io.ngrokd.cloud.demo;

import io.ngrokd.cloud.LocalCloud;
import io.ngrokd.cloud.config.CloudConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder of one demo and what is written into it. */
final class DemoFiles {

    private static final Pattern WEB_URL = Pattern.compile("(?m)^(  - url: (https?)://[^\\s:]+)$");
    private static final String ENDPOINTS = "\nendpoints:\n";
    /** Only the loopback block can be listened on by a user who may not add addresses. */
    private static final String UNPRIVILEGED_SUBNET = "127.107.0.0/24";
    /** Neither the interface nor the range of a daemon that may be at work here: two would undo each other's work. */
    private static final String OWN_NET = "\nnet:\n  interface_name: ngrokd-demo\n  subnet: \"10.108.0.0/16\"\n";

    private final Path folder;
    private String cloudText = "";

    DemoFiles(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    Path cloudFile() {
        return folder.resolve("cloud.yml");
    }

    Path daemonConfig() {
        return folder.resolve("config.yml");
    }

    Path socket() {
        return folder.resolve("ngrokd.sock");
    }

    Path log() {
        return folder.resolve("ngrokd.log");
    }

    /** Whether the daemon's journal is there, which says what it changed on this machine and has not undone. */
    boolean isAnythingToUndo() {
        return Files.exists(stateFolder().resolve("journal.json"));
    }

    private Path stateFolder() {
        return folder.resolve("daemon");
    }

    /** The shipped sample, on free ports, and with high ports in the URLs when low ones are out of reach. */
    void writeCloud(Surroundings surroundings) throws IOException {
        try (InputStream sample = LocalCloud.class.getResourceAsStream("cloud.yml")) {
            cloudText = new String(sample.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("listen: 127.0.0.1:4040", "listen: 127.0.0.1:0")
                    .replace("listen: 127.0.0.1:4443", "listen: 127.0.0.1:0");
        }
        if (!surroundings.lowPorts()) {
            cloudText = WEB_URL.matcher(cloudText).replaceAll(
                    match -> match.group(1) + (match.group(2).equals("http") ? ":8080" : ":8443"));
        }
        Files.writeString(cloudFile(), cloudText);
    }

    void addEndpoint(String url) throws IOException {
        replaceCloud(cloudText.replace(ENDPOINTS, ENDPOINTS + "  - url: " + url + "\n"));
    }

    void removeAddedEndpoint() throws IOException {
        replaceCloud(cloudText);
    }

    String addedUrl(Surroundings surroundings) {
        return "http://added.ngrokd.demo" + (surroundings.lowPorts() ? "" : ":8080");
    }

    void writeDaemonConfig(LocalCloud cloud, Surroundings surroundings) throws IOException {
        if (surroundings.hostsFile().isPresent() && !Files.exists(surroundings.hostsFile().get())) {
            Files.writeString(surroundings.hostsFile().get(), "127.0.0.1\tlocalhost\n");
        }
        String net = surroundings.root() ? OWN_NET : "\nnet:\n  subnet: \"" + UNPRIVILEGED_SUBNET + "\"\n";
        Files.writeString(daemonConfig(), """
                # Written by ngrokd demo.
                api:
                  url: "%s"
                ingressEndpoint: "%s"
                server:
                  log_level: info
                  socket_path: "%s"
                  client_cert: "%s"
                  client_key: "%s"
                  ingress_ca: "%s"
                  health_address: "127.0.0.1:%d"
                  state_dir: "%s"
                  drain_timeout: 2
                bound_endpoints:
                  poll_interval: 1
                  selectors: ["true"]
                %s""".formatted(cloud.apiUrl(), cloud.ingressEndpoint(), socket(), stateFolder().resolve("tls.crt"),
                stateFolder().resolve("tls.key"), cloud.caFile(), freePort(), stateFolder(), net));
    }

    List<String> lastLogLines(int count) throws IOException {
        if (!Files.exists(log())) {
            return List.of();
        }
        List<String> lines = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
        return lines.subList(Math.max(0, lines.size() - count), lines.size());
    }

    void delete() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    String apiKey() {
        return CloudConfig.DEFAULT_KEY;
    }

    private void replaceCloud(String text) throws IOException {
        Path fresh = folder.resolve("cloud.yml.new");
        Files.writeString(fresh, text);
        Files.move(fresh, cloudFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
