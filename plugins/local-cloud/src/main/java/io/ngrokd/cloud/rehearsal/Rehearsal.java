package io.ngrokd.cloud.rehearsal;

import io.ngrokd.cloud.LocalCloud;
import io.ngrokd.cloud.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One run of daemon and {@code ngrokctl}, watched by Java. It needs no privileges and changes nothing on this machine: addresses
 * of the loopback block, high ports, a hosts file and a socket of its own.
 */
final class Rehearsal {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 100;
    private static final int CALLS = 20;
    private static final int LOG_LINES = 15;

    private final Path home;
    private Path folder;

    Rehearsal(Path home) {
        this.home = home;
    }

    /** @return the files made */
    List<Path> run() throws IOException, ConfigException, InterruptedException {
        folder = Files.createTempDirectory("ngrokd-start-");
        try {
            Path cloudFile = Files.writeString(folder.resolve("cloud.yml"), """
                    api: {listen: "127.0.0.1:0"}
                    ingress: {listen: "127.0.0.1:0"}
                    endpoints:
                      - url: http://web.rehearsal:18080
                      - url: https://web.rehearsal:18443
                      - url: tcp://echo.rehearsal:17000
                    """);
            try (LocalCloud cloud = LocalCloud.start(cloudFile)) {
                return rehearse(cloud);
            }
        } finally {
            delete();
        }
    }

    private List<Path> rehearse(LocalCloud cloud) throws IOException, InterruptedException {
        Path daemonCache = home.resolve("lib/ngrokd.aot");
        Path controlCache = home.resolve("lib/ngrokctl.aot");
        Path config = Files.writeString(folder.resolve("config.yml"), """
                api: {url: "%s", key: "%s"}
                ingressEndpoint: "%s"
                server:
                  socket_path: %s
                  client_cert: %s
                  client_key: %s
                  ingress_ca: %s
                  health_address: 127.0.0.1:0
                bound_endpoints: {poll_interval: 1}
                net: {subnet: 127.107.0.0/24}
                plugins: {netif: linux-loopback, dns: none}
                """.formatted(cloud.apiUrl(), cloud.apiKeys().getFirst(), cloud.ingressEndpoint(), socket(), folder.resolve("tls.crt"),
                folder.resolve("tls.key"), cloud.caFile()));
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1\tlocalhost\n");
        // Registers; what is worth remembering is the start of one that is registered and knows its endpoints.
        run(program("ngrokd", "--config=" + config), hosts, () -> {});
        run(recorded("ngrokd", daemonCache, "NGROKD_JAVA_OPTS", "--config=" + config), hosts, () -> {
            call(hosts);
            finish(recorded("ngrokctl", controlCache, "NGROKCTL_JAVA_OPTS", "--socket", socket().toString(), "rehearse").start(), "ngrokctl");
        });
        return List.of(keep(daemonCache), keep(controlCache));
    }

    private interface Scene {
        void play() throws IOException, InterruptedException;
    }

    private void run(ProcessBuilder daemon, Path hosts, Scene scene) throws IOException, InterruptedException {
        daemon.environment().put("NGROKD_HOSTS_PATH", hosts.toString());
        Process running = daemon.start();
        try {
            await(running, () -> Files.readString(hosts).contains("web.rehearsal") && Files.exists(folder.resolve("endpoints.json")));
            scene.play();
        } finally {
            running.destroy();
            finish(running, "ngrokd");
        }
    }

    private Path socket() {
        return folder.resolve("ngrokd.sock");
    }

    private ProcessBuilder recorded(String program, Path cache, String options, String... arguments) throws IOException {
        Files.deleteIfExists(fresh(cache));
        ProcessBuilder builder = program(program, arguments);
        // Without profiles: with them Java compiles at the start what was busy here, and the start has to share the processors with that.
        builder.environment().put(options, "-XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput=" + fresh(cache));
        return builder;
    }

    private ProcessBuilder program(String program, String... arguments) {
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin").resolve(program).toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().put("NGROKD_START_CACHE", "off");
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    }

    private Path log() {
        return folder.resolve("log");
    }

    /** What a connection needs belongs to a start, too: the first client should not wait for it. */
    private static void call(Path hosts) throws IOException {
        String address = Files.readAllLines(hosts).stream().filter(line -> line.endsWith("\tweb.rehearsal")).findFirst()
                .orElseThrow(() -> new IOException("the daemon gave its endpoint no address")).split("\t")[0];
        for (int i = 0; i < CALLS; i++) {
            URLConnection connection = URI.create("http://" + address + ":18080/").toURL().openConnection();
            connection.setConnectTimeout((int) PATIENCE.toMillis());
            connection.setReadTimeout((int) PATIENCE.toMillis());
            try (InputStream answer = connection.getInputStream()) {
                answer.readAllBytes();
            }
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private void await(Process process, Condition condition) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                throw new IOException("the daemon did not come up:\n" + lastLines());
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    /** Java writes the cache when the program ends, which takes a while. */
    private void finish(Process process, String program) throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException(program + " did not end:\n" + lastLines());
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + " ended with exit code " + process.exitValue() + ":\n" + lastLines());
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
    }

    private Path keep(Path cache) throws IOException {
        if (!Files.exists(fresh(cache))) {
            throw new IOException("Java made no " + cache.getFileName() + "; it said:\n" + lastLines());
        }
        return Files.move(fresh(cache), cache, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path fresh(Path cache) {
        return cache.resolveSibling(cache.getFileName() + ".new");
    }

    private void delete() throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
