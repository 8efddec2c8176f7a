package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** {@code ngrokd config}, the environment, and the samples that ship: as users have them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConfigIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String URL = "http://hello.demo";

    private Machine machine;
    private Cloud cloud;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(ConfigIT.class);
        cloud = Cloud.start(machine, URL);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private Result config(Map<String, String> environment, String... arguments) throws Exception {
        return machine.run("", environment, Machine.join(List.of(machine.program("ngrokd"), "config"), List.of(arguments)).toArray(String[]::new));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(machine.folder(), "config", ".yml"), text);
    }

    @Test
    void checkSaysEveryProblemWithItsPlace() throws Exception {
        Path bad = file("nett: {}\nserver:\n  log_level: loud\n  start_port: 1\nnet:\n  start_port: 0\n");
        Result refused = config(Map.of("NGROKD_DNS_TTL", "soon"), "check", bad.toString()).exits(1);
        assertEquals(bad + """
                :1:1: unknown key 'nett'; did you mean 'net'?
                """ + bad + """
                :3:14: server.log_level: expected one of debug, info, warn, error, found 'loud'
                """ + bad + """
                :4:3: unknown key 'server.start_port'; it belongs to 'net': net.start_port
                """ + bad + """
                :6:15: net.start_port: expected a whole number from 1 to 65535, found the number 0
                NGROKD_DNS_TTL (dns.ttl): expected a whole number of seconds from 0 to 86400, found the text 'soon'; or unset it
                """, refused.errors());
        assertTrue(config(Map.of(), "check", file("net:\n\tstart_port: 1\n").toString()).exits(1).errors().contains(":2:1: this is no YAML"));
        assertTrue(config(Map.of(), "check", "/nowhere/c.yml").exits(1).errors().contains("/nowhere/c.yml: there is no such file"));
    }

    @Test
    void checkIsContentWithAGoodFileAndWarnsOfSlipsInTheEnvironment() throws Exception {
        Path good = file("net: {start_port: 1}\n");
        Result checked = config(Map.of("NGROKD_NET_STARTPORT", "3"), "check", good.toString()).ok();
        assertEquals(good + ": good\n", checked.output());
        assertEquals("warning: NGROKD_NET_STARTPORT sets nothing; did you mean NGROKD_NET_START_PORT?\n", checked.errors());
        config(Map.of(), "check", "--config=" + good).ok();
    }

    @Test
    void showTellsWhatCountsAndWhereItCameFromWithoutSecrets() throws Exception {
        Path file = file("api:\n  key: hidden1\nnet:\n  start_port: 7\nproxy: {url: 'http://a:hidden2@p.example:1'}\n");
        Map<String, String> environment = Map.of("NGROK_API_KEY", "hidden3", "NGROKD_SERVER_LOG_LEVEL", "debug");
        String shown = config(environment, "show", "--origin", "--config=" + file).ok().output();
        assertTrue(shown.matches("(?s).*\napi\\.key +\\*\\*\\* +environment NGROK_API_KEY\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nserver\\.log_level +debug +environment NGROKD_SERVER_LOG_LEVEL\n.*"), shown);
        assertTrue(shown.contains("7") && shown.contains(file + ":4\n"), shown);
        assertTrue(shown.matches("(?s).*\nproxy\\.url +http://\\*\\*\\*@p\\.example:1 +" + file + ":5\n.*"), shown);
        assertTrue(shown.matches("(?s).*\nnet\\.listen_interface +virtual +default\n.*"), shown);
        String json = config(environment, "show", "--json", "--config=" + file).ok().output();
        JsonNode document = JSON.readTree(json);
        assertEquals(1, document.path("version").asInt());
        assertEquals(file.toString(), document.path("path").asText());
        assertEquals(shown.lines().count(), document.path("settings").size());
        assertFalse((shown + json).contains("hidden"));
        assertFalse(config(environment, "show", "--config=" + file).ok().output().contains("environment"));
        assertTrue(config(environment, "show", "--config=/nowhere/c.yml").exits(1).errors().contains("/nowhere/c.yml"));
    }

    @Test
    void schemaAndPathAndUsage() throws Exception {
        assertEquals(JSON.readTree(machine.home().resolve("config/ngrokd.schema.json").toFile()), JSON.readTree(config(Map.of(), "schema").ok().output()));
        assertEquals(machine.folder() + "/x.yml\n", config(Map.of(), "path", "--config=x.yml").ok().output());
        assertTrue(config(Map.of()).exits(2).errors().contains("check, show, schema or path"));
        assertTrue(config(Map.of(), "chekc").exits(2).errors().contains("check"));
    }

    /** A sample as it ships, on this machine: only where it is reached and what it reaches come from the environment. */
    private Daemon sample(String name) throws Exception {
        Daemon daemon = machine.daemon(name.replace(".yml", "") + ++count);
        Files.copy(machine.home().resolve("config").resolve(name), daemon.config());
        return daemon.environment("NGROKD_API_URL", Cloud.API)
                .environment("NGROKD_INGRESS_ENDPOINT", cloud.ingress())
                .environment("NGROKD_SERVER_INGRESS_CA", cloud.ca().toString())
                .environment("NGROKD_SERVER_SOCKET_PATH", daemon.socket().toString())
                .environment("NGROKD_SERVER_CLIENT_CERT", daemon.state("tls.crt").toString())
                .environment("NGROKD_SERVER_CLIENT_KEY", daemon.state("tls.key").toString())
                .environment("NGROKD_BOUND_ENDPOINTS_POLL_INTERVAL", "1")
                .environment("NGROKD_SERVER_DRAIN_TIMEOUT", "1");
    }

    @TestFactory
    List<DynamicTest> everySampleForLinuxRuns() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(machine.home().resolve("config"))) {
            for (String name : files.map(file -> file.getFileName().toString()).sorted().toList()) {
                if (name.startsWith("linux-") || name.startsWith("docker-") || name.equals("config.yml")) {
                    tests.add(DynamicTest.dynamicTest(name, () -> runs(name)));
                }
            }
        }
        assertTrue(tests.size() >= 5, tests::toString);
        return tests;
    }

    private void runs(String name) throws Exception {
        Daemon daemon = sample(name).startAsIs();
        try {
            boolean virtual = !name.contains("-network");
            if (virtual) {
                daemon.awaitServed(URL);
                machine.run("curl", "-sS", "--fail", URL).ok();
            } else {
                daemon.await("it is listed", () -> daemon.endpoint(URL).isPresent());
            }
            String where = daemon.endpoint(URL).orElseThrow().path("listen_interface").asText();
            assertEquals(virtual, where.equals("virtual"), where);
            assertEquals("[]", withoutStages(daemon), daemon::log);
        } finally {
            daemon.stop();
        }
    }

    /** What the config itself gives cause to warn of. */
    private static String withoutStages(Daemon daemon) throws IOException {
        List<String> subjects = new ArrayList<>();
        for (JsonNode warning : daemon.status().path("warnings")) {
            String subject = warning.path("subject").asText();
            if (List.of("config", "environment", "restart", "health").contains(subject)) {
                subjects.add(warning.toString());
            }
        }
        return subjects.toString();
    }

    @Test
    void theDaemonRunsOnTheEnvironmentAloneAndWarnsOfASlip() throws Exception {
        Daemon daemon = sample("config.yml").environment("NGROKD_NET_SUBNETT", "x")
                .environment("NGROKD_NET_SUBNET", "10.109.0.0/24").environment("NGROKD_NET_INTERFACE_NAME", "envy0");
        Files.writeString(daemon.config(), "net: {subnet: 10.110.0.0/24}\n");
        daemon.startAsIs();
        try {
            daemon.awaitServed(URL);
            assertTrue(daemon.address(URL).startsWith("10.109.0."), () -> "the environment comes before the file");
            assertTrue(machine.interfaces().contains("envy0"));
            String warnings = daemon.status().path("warnings").toString();
            assertTrue(warnings.contains("NGROKD_NET_SUBNETT sets nothing; did you mean NGROKD_NET_SUBNET?"), warnings);
        } finally {
            daemon.stop();
        }
    }

    @Test
    void aWrongVariableIsRefusedAtTheStart() throws Exception {
        Daemon daemon = sample("linux-virtual.yml").environment("NGROKD_SERVER_LOG_LEVEL", "loud");
        Result refused = daemon.runToItsEnd("--config=" + daemon.config()).exits(1);
        assertTrue(refused.errors().contains("NGROKD_SERVER_LOG_LEVEL (server.log_level): expected one of"), refused::toString);
    }
}
