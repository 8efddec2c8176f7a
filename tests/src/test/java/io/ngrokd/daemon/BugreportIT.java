package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code ngrokctl bugreport} of the running daemon, of one that hangs, and of none; and that nothing secret is in it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BugreportIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String URL = "http://hello.demo";
    /** What each of them has in it is in the text of the failure, when one is found. */
    private static final String IN_PROXY = "canaryOfTheProxyURL";
    private static final String IN_ENVIRONMENT = "canaryOfSomebodysVariable";
    private static final String IN_OPTIONS = "canaryOfAnOptionOfJava";
    private static final String IN_LOG = "canaryOfALogLine";
    private static final String IN_FILE = "canaryOfTheConfigFile";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private int count;

    @BeforeAll
    void start() throws Exception {
        machine = Machine.open(BugreportIT.class);
        cloud = Cloud.start(machine, URL);
        // The API is reached directly: the proxy is there for its password's sake.
        daemon = machine.daemon("daemon").of(cloud).set("api.key", IN_FILE).set("proxy.url", "http://me:" + IN_PROXY + "@127.0.0.1:9")
                .set("proxy.no_proxy", "['*']").environment("DATABASE_URL", "postgres://me:" + IN_ENVIRONMENT + "@db/x")
                .environment("all_proxy", "http://you:" + IN_PROXY + "2@127.0.0.1:9")
                .environment("NGROKD_JAVA_OPTS", "-XX:TieredStopAtLevel=1 -Dhttp.proxyPassword=" + IN_OPTIONS).start();
        daemon.awaitServed(URL);
    }

    @AfterAll
    void stop() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    /** A report, unpacked: its folder. */
    private Path unpacked(Result made, Path file) throws Exception {
        made.ok();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Path folder = Files.createDirectory(machine.folder().resolve("unpacked" + ++count));
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = folder.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(zip, target);
            }
        }
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.toList().getFirst();
        }
    }

    private Path file() {
        return machine.folder().resolve("report" + ++count + ".zip");
    }

    private static String all(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(file.getFileName()).append('\n').append(Machine.text(file)).append('\n');
            }
        }
        return text.toString();
    }

    /** Every canary and every key, in each form that somebody may find it in. */
    private Set<String> secrets() throws IOException {
        Set<String> secrets = new LinkedHashSet<>(List.of(Cloud.KEY, IN_PROXY, IN_ENVIRONMENT, IN_OPTIONS, IN_LOG, IN_FILE,
                Machine.text(daemon.state("control.token")).strip(), "me:" + IN_PROXY));
        Machine.text(daemon.state("tls.key")).lines().filter(line -> !line.startsWith("-") && line.length() > 16).forEach(secrets::add);
        for (String secret : List.copyOf(secrets)) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            String base64 = Base64.getEncoder().withoutPadding().encodeToString(bytes);
            secrets.add(base64.substring(0, base64.length() - 1));
            secrets.add(HexFormat.of().formatHex(bytes));
        }
        return secrets;
    }

    private void assertNothingSecret(Path folder, Result run) throws IOException {
        String text = all(folder) + run;
        for (String secret : secrets()) {
            assertFalse(text.contains(secret), () -> "the report has " + secret);
        }
    }

    @Test
    void ofARunningDaemon() throws Exception {
        Path log = Files.writeString(machine.folder().resolve("old.txt"),
                "GET /x Cookie: id=" + IN_LOG + "\nAuthorization: Bearer " + IN_LOG + "\nkey " + Cloud.KEY + " and "
                        + Base64.getEncoder().encodeToString(IN_FILE.getBytes(StandardCharsets.UTF_8)) + "\n"
                                + Machine.text(daemon.state("tls.key")));
        Path file = file();
        Result made = daemon.ngrokctl("bugreport", "--output", file.toString(), "--log-file", log.toString());
        Path report = unpacked(made, file);
        assertNothingSecret(report, made);
        for (String name : List.of("contents.txt", "status.json", "endpoints.json", "health.json", "events.json", "plugins.json",
                "config.json", "environment.json",
                "certificate.json", "versions.json", "numbers.json", "threads.txt", "log.txt", "log-1.txt", "interfaces.txt", "routes.txt",
                        "resolver.txt",
                "hosts.txt", "system.txt", "state.txt", "ngrokctl.txt")) {
            assertTrue(Files.size(report.resolve(name)) > 0 && made.output().contains("\n  " + name + " "), () -> name + " is not in "
                    + made);
        }
        assertTrue(Machine.text(report.resolve("interfaces.txt")).contains("ngrokd0"), "the addresses as the platform shows them");
        assertTrue(Machine.text(report.resolve("hosts.txt")).contains("hello.demo"));
        assertTrue(Machine.text(report.resolve("threads.txt")).contains("virtual"), "virtual threads are in the dump");
        assertTrue(Machine.text(report.resolve("log.txt")).contains("ngrokd starts."));
        assertTrue(Machine.text(report.resolve("log-1.txt")).startsWith("GET /x Cookie: ***\nAuthorization: ***\n"), () ->
                "the rest of a line stays");
        assertTrue(Machine.text(report.resolve("config.json")).contains(daemon.config().toString()), "with origins");
        JsonNode environment = JSON.readTree(report.resolve("environment.json").toFile());
        assertEquals("(set, not shown)", environment.path("DATABASE_URL").asText());
        assertEquals("***", environment.path("NGROK_API_KEY").asText());
        assertEquals(System.getProperty("ngrokd.version"), JSON.readTree(report.resolve("versions.json").toFile()).path("ngrokd").asText());
        assertTrue(JSON.readTree(report.resolve("numbers.json").toFile()).path("heap").path("used").asLong() > 0);

        Result again = daemon.ngrokctl("bugreport", "--output", file.toString()).exits(1);
        assertTrue(again.errors().contains("already"), again::toString);
    }

    @Test
    void byWhoMayOnlyLook() throws Exception {
        Path folder = Files.createDirectory(machine.folder().resolve("nobodys"));
        machine.run("chown", Machine.NOBODY, folder.toString()).ok();
        Path file = folder.resolve("report.zip");
        Result made = machine.run("", Map.of("NGROKD_SOCKET", daemon.socket().toString()), Machine.join(machine.asNobody(),
                List.of(machine.program("ngrokctl"), "bugreport", "--output", file.toString())).toArray(String[]::new));
        Path report = unpacked(made, file);
        assertNothingSecret(report, made);
        assertTrue(Files.exists(report.resolve("status.json")) && !Files.exists(report.resolve("environment.json")), made::toString);
        assertTrue(Machine.text(report.resolve("contents.txt")).contains("not permitted"), made::toString);
    }

    @Test
    void ofADaemonThatHangsAndOfNone() throws Exception {
        Daemon other = machine.daemon("other").of(cloud).set("server.health_address", "127.0.0.1:0").set("net.interface_name", "other0")
                .set("net.subnet", "10.111.0.0/24").environment("NGROKD_HOSTS_PATH", machine.folder().resolve("hosts").toString())
                        .writeConfig().startAsIs("-v");
        other.awaitServed(URL);
        String origins = other.ngrokctl("config", "show", "--origin").ok().output();
        assertTrue(origins.matches("(?s).*\nserver\\.log_level +debug +runtime ngrokd -v\n.*"), origins);
        machine.run("kill", "-STOP", Long.toString(other.pid())).ok();
        Path hanging = file();
        Result made;
        try {
            made = other.ngrokctl("bugreport", "--timeout", "2", "--config", other.config().toString(), "--output", hanging.toString());
        } finally {
            machine.run("kill", "-CONT", Long.toString(other.pid())).ok();
        }
        Path report = unpacked(made, hanging);
        assertTrue(made.output().contains("did not answer within 2 s") && made.output().contains("threads.txt: "), made::toString);
        assertTrue(Files.exists(report.resolve("config.json")) && Files.exists(report.resolve("state/operator_id")), made::toString);
        other.terminate();

        Path none = file();
        Result without = other.ngrokctl("bugreport", "--config", other.config().toString(), "--output", none.toString());
        report = unpacked(without, none);
        assertNothingSecret(report, without);
        assertTrue(without.output().contains("No daemon"), without::toString);
        assertTrue(Machine.text(report.resolve("config.json")).contains("\"server.socket_path\""), without::toString);
        assertTrue(Machine.text(report.resolve("state.txt")).contains("tls.key"), without::toString);
    }
}
