package io.ngrokd.ctl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BugreportCommandTest {

    private static final String PROBLEM = "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":%d,\"detail\":\"%s\"}";

    @TempDir
    private Path folder;

    private FakeDaemon daemon;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(folder);
        file = folder.resolve("report.zip");
    }

    @AfterEach
    void stop() throws IOException {
        daemon.close();
    }

    private Map<String, String> unpack(Path zip) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        try (ZipInputStream input = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = input.getNextEntry(); entry != null; entry = input.getNextEntry()) {
                files.put(entry.getName().replaceFirst("^ngrokd-report-[A-Za-z0-9._-]+-20261121T120000Z/", ""),
                        new String(input.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return files;
    }

    private Run report(String... more) {
        return reportIn(Map.of(), more);
    }

    private Run reportIn(Map<String, String> environment, String... more) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("NGROKD_SOCKET", daemon.path().toString());
        String[] arguments = new String[more.length + 3];
        arguments[0] = "bugreport";
        arguments[1] = "--output";
        arguments[2] = file.toString();
        System.arraycopy(more, 0, arguments, 3, more.length);
        return new Run.Setting(all, "", Run.PIPE, Optional::empty).run(arguments);
    }

    @Test
    void whatTheDaemonKnowsBecomesFiles() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.writeString(state.resolve("operator_id"), "k8sop_1");
        Files.writeString(state.resolve("tls.key"), "-----BEGIN PRIVATE KEY-----\nMIGkAgEBBDCANARY\n-----END PRIVATE KEY-----\n");
        daemon.http("GET /v1/bugreport", 200, "{\"schema\":1,\"at\":\"2026-11-21T12:00:00Z\",\"documents\":{"
                + "\"status\":{\"version\":\"0.4\",\"config_path\":\"/nowhere/c.yml\"},"
                + "\"config\":{\"settings\":[{\"key\":\"server.state_dir\",\"value\":\"" + state
                        + "\"}]},\"threads\":\"#1 main\\n  at x\",\"logs\":{\"lines\":["
                + "{\"at\":\"2026-11-21T11:59:48Z\",\"level\":\"WARN\",\"source\":\"Daemon\",\"message\":\"odd\\nAuthorization: Bearer "
                        + "CANARY\"}]}},"
                + "\"missing\":{\"certificate\":\"there is none\"}}");
        Run run = report();
        assertEquals(0, run.code(), run::toString);
        Map<String, String> files = unpack(file);
        assertEquals("2026-11-21T11:59:48Z WARN Daemon: odd\nAuthorization: ***\n", files.get("log.txt"));
        assertEquals("#1 main\n  at x", files.get("threads.txt"));
        assertTrue(files.get("status.json").contains("\"version\" : \"0.4\""), files::toString);
        assertEquals("k8sop_1", files.get("state/operator_id"));
        assertTrue(files.get("state.txt").contains("tls.key") && !files.containsKey("state/tls.key"), files::toString);
        assertFalse(files.toString().contains("CANARY"));
        assertEquals("contents.txt", files.keySet().iterator().next());
        files.keySet().forEach(name -> assertTrue(run.output().contains("  " + name + " ") && (name.equals("contents.txt")
                || files.get("contents.txt").contains(name)), () -> name + " is not listed in " + run.output()));
        assertTrue(run.output().startsWith(file + " (") && run.output().contains("certificate: there is none") && run.output()
                .contains("read it before you send it"),
                run::output);
        assertTrue(files.containsKey("interfaces-java.txt") && files.containsKey("hosts.txt") && files.containsKey("ngrokctl.txt"),
                files.keySet()::toString);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void theDaemonMasksWhatItAloneKnows() throws IOException {
        daemon.http("GET /v1/bugreport", 200, "{\"documents\":{\"status\":{},\"environment\":{}},\"missing\":{}}");
        daemon.http("POST /v1/bugreport/mask", 200, "{\"schema\":1,\"text\":\"masked by the daemon\\n\"}");
        Path log = Files.writeString(folder.resolve("d.log"), "a line\n");
        assertEquals(0, report("--log-file", log.toString()).code());
        assertTrue(daemon.requests().contains("a line\n"), daemon.requests()::toString);
        assertEquals("masked by the daemon\n", unpack(file).get("log-1.txt"));
        Files.delete(file);
        daemon.http("POST /v1/bugreport/mask", 500, PROBLEM.formatted(500, "no"));
        Run run = report("--log-file", log.toString());
        assertFalse(unpack(file).containsKey("log-1.txt"), "rather nothing than a secret");
        assertTrue(run.output().contains("log-1.txt: left out, since the daemon did not mask it (no)"), run::output);
    }

    @Test
    void itIsListedForPrograms() throws IOException {
        daemon.http("GET /v1/bugreport", 200, "{\"documents\":{\"status\":{}},\"missing\":{}}");
        Fields listed = Json.fields(report("--json").output().getBytes(StandardCharsets.UTF_8));
        assertEquals(1, listed.number("schema").orElseThrow());
        assertEquals(file.toString(), listed.text("path").orElseThrow());
        assertEquals(Files.size(file), listed.number("size").orElseThrow());
        assertEquals(unpack(file).keySet().stream().toList(), listed.objects("files").stream().map(one -> one.text("name").orElseThrow())
                .toList());
    }

    @Test
    void withoutADaemonThereIsAReportAllTheSame() throws IOException {
        daemon.close();
        Path config = Files.writeString(folder.resolve("c.yml"), "api: {key: CANARY1x}\nproxy:\n  url: me:CANARY2x@proxy:1\n");
        Path log = Files.writeString(folder.resolve("d.log"),
                "a line\nkey CANARY1x, proxy password CANARY2x, key of the environment CANARY3x\n");
        Run run = reportIn(Map.of("NGROK_API_KEY", "CANARY3x", "HTTPS_PROXY", "http://a:CANARY4x@p", "AWS_TOKEN", "CANARY5x"),
                "--config", config.toString(), "--log-file", log.toString(), "--log-file", folder.resolve("none.log").toString());
        assertEquals(0, run.code(), run::toString);
        Map<String, String> files = unpack(file);
        assertFalse(files.toString().contains("CANARY"), files::toString);
        assertTrue(files.get("log-1.txt").startsWith("a line\nkey ***, "), files.get("log-1.txt"));
        assertTrue(files.get("ngrokctl.txt").contains("NGROK_API_KEY (set, not shown)"), files.get("ngrokctl.txt"));
        for (String missing : new String[] {"what the daemon says: No daemon", "log-2.txt: there is no", "config.json: there is no",
                "state.txt: it is not known"}) {
            assertTrue(files.get("contents.txt").contains("\n  " + missing), () -> missing + " is not in " + files.get("contents.txt"));
        }
    }

    @Test
    void whoMayNotSeeAllGetsWhatEverybodyMaySee() throws IOException {
        daemon.http("GET /v1/bugreport", 403, PROBLEM.formatted(403, "not permitted: eve may look and not change"));
        daemon.http("GET /v1/status", 200, "{\"version\":\"0.4\"}");
        for (String name : new String[] {"health", "endpoints", "events", "plugins", "config"}) {
            daemon.http("GET /v1/" + name, 200, "{\"schema\":1}");
        }
        daemon.http("GET /v1/certificate", 404, PROBLEM.formatted(404, "there is no client certificate"));
        Run run = report();
        assertEquals(0, run.code(), run::toString);
        assertTrue(unpack(file).keySet().containsAll(java.util.List.of("status.json", "health.json", "endpoints.json", "events.json",
                "plugins.json", "config.json")));
        assertTrue(run.output().contains("not permitted: eve") && run.output().contains("certificate.json: there is no client"),
                run::output);
    }

    @Test
    void theGoDaemonSaysWhatItHas() throws IOException {
        String garbage = "{\"success\":false,\"error\":\"invalid character 'G'\"}\n";
        daemon.raw("GET /v1/bugreport", garbage).raw("GET /v1/status", garbage);
        daemon.data("status", "{\"registered\":true}").data("list", "[{\"id\":\"ep_1\"}]");
        assertEquals(0, report().code());
        Map<String, String> files = unpack(file);
        assertTrue(files.get("status.json").contains("registered") && files.get("list.json").contains("ep_1"), files::toString);
    }

    @Test
    void anAnswerThatCannotBeUnderstoodIsNoFailureOfTheWhole() throws IOException {
        for (String odd : new String[] {"{\"documents\":{\"status\":", "[]", "nonsense",
                "{\"documents\":{\"status\":7,\"logs\":[],\"threads\":{}}}"}) {
            daemon.http("GET /v1/bugreport", 200, odd).http("GET /v1/status", 200, "nonsense");
            Run run = report("--timeout", "1");
            assertEquals(0, run.code(), run::toString);
            assertTrue(unpack(file).containsKey("hosts.txt"), run::toString);
            Files.delete(file);
        }
    }

    @Test
    void oneThatHangsIsLeftAfterItsTime() throws IOException {
        Run run = report("--timeout", "1");
        assertEquals(0, run.code(), run::toString);
        assertTrue(run.output().contains("did not answer within 1 s") && run.output().contains("threads.txt: "), run::output);
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.writeString(file, "precious");
        Run run = report();
        assertEquals(1, run.code());
        assertTrue(run.errors().contains("already") && run.errors().contains("--output"), run::errors);
        assertEquals("precious", Files.readString(file));
        file = folder.resolve("none/report.zip");
        assertTrue(report().errors().contains("There is no folder"));
    }

    @Test
    void aFolderGetsAFileThatSaysWhereAndWhen() throws IOException {
        file = Files.createDirectory(folder.resolve("reports"));
        daemon.http("GET /v1/bugreport", 200, "{\"documents\":{\"status\":{}},\"missing\":{}}");
        Run run = report();
        assertEquals(0, run.code(), run::toString);
        try (var made = Files.list(file)) {
            String name = made.toList().getFirst().getFileName().toString();
            assertTrue(name.matches("ngrokd-report-[A-Za-z0-9._-]+-20261121T120000Z\\.zip"), name);
        }
    }
}
