package io.ngrokd.cloud;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.cloud.config.CloudConfig;
import io.ngrokd.cloud.config.EndpointConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The cloud as a whole: its file, its state, its command. */
@Timeout(300)
class LocalCloudTest {

    private static final String HEAD = """
            api: {listen: "127.0.0.1:0"}
            ingress: {listen: "127.0.0.1:0"}
            endpoints:
            """;

    @TempDir
    Path folder;

    @Test
    void followsItsFile() throws Exception {
        Path file = folder.resolve("cloud.yml");
        Files.writeString(file, HEAD + "- url: http://one.demo\n");
        try (LocalCloud cloud = LocalCloud.start(file)) {
            TestClient client = new TestClient(cloud);
            assertEquals(List.of("http://one.demo"), client.urls("/endpoints"));
            Files.writeString(file, HEAD + "- url: http://one.demo\n- url: http://two.demo\n");
            awaitEndpoints(client, 2);
            Path fresh = folder.resolve("cloud.yml~");
            Files.writeString(fresh, HEAD + "- url: http://three.demo\n");
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            awaitEndpoints(client, 1);
            assertEquals(List.of("http://three.demo"), client.urls("/endpoints"));
            for (String broken : List.of(HEAD + "- url: nonsense\n", HEAD + "- [\n")) {
                Files.writeString(file, broken);
                // Long enough for the watcher to have looked at it several times.
                Thread.sleep(900);
                assertEquals(List.of("http://three.demo"), client.urls("/endpoints"));
            }
            Files.delete(file);
            Thread.sleep(500);
            assertEquals(List.of("http://three.demo"), client.urls("/endpoints"));
            Files.writeString(file, HEAD + "- url: http://four.demo\n- url: http://five.demo\n");
            awaitEndpoints(client, 2);
        }
    }

    @Test
    void keepsItsAuthorityAndItsOperatorsOverARestart() throws Exception {
        CloudConfig config = CloudConfig.onFreePorts(folder.resolve("state"))
                .with(List.of(EndpointConfig.of("http://hello.demo")));
        TestClient.Identity me;
        String root;
        try (LocalCloud cloud = LocalCloud.start(config)) {
            me = new TestClient(cloud).register();
            root = cloud.caPem();
            assertEquals(root, Files.readString(cloud.caFile()));
        }
        for (String key : List.of("ca.key", "client-ca.key")) {
            assertEquals("rw-------", PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(folder.resolve("state").resolve(key))));
        }
        try (LocalCloud cloud = LocalCloud.start(config)) {
            assertEquals(root, cloud.caPem());
            TestClient client = new TestClient(cloud);
            assertEquals(List.of(me.operatorId()), cloud.operatorIds());
            assertEquals("", client.ask(me, "hello.demo", 80).errorCode());
            assertEquals("true", client.get("/kubernetes_operators/" + me.operatorId()).path("binding")
                    .path("endpoint_selectors").get(0).asText());
        }
    }

    @Test
    void setsOperatorsAsideThatItCantRead() throws Exception {
        Files.writeString(folder.resolve("operators.json"), "[{\"id\": ");
        try (LocalCloud cloud = LocalCloud.start(CloudConfig.onFreePorts(folder))) {
            assertEquals(List.of(), cloud.operatorIds());
            assertTrue(Files.exists(folder.resolve("operators.json.corrupt")));
        }
    }

    @Test
    void saysWhenItsPortOrItsAuthorityCantBeUsed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            Path file = folder.resolve("cloud.yml");
            Files.writeString(file, "api: {listen: \"127.0.0.1:" + taken.getLocalPort() + "\"}\n"
                    + "ingress: {listen: \"127.0.0.1:0\"}\n");
            IOException error = assertThrows(IOException.class, () -> start(file));
            assertTrue(error.getMessage().contains("The API can't listen on"), error.getMessage());
        }
        Files.delete(folder.resolve("cloud-state/ca.key"));
        IOException error = assertThrows(IOException.class,
                () -> start(CloudConfig.onFreePorts(folder.resolve("cloud-state"))));
        assertTrue(error.getMessage().contains("The private CA can't be loaded"), error.getMessage());
    }

    @Test
    void theCommandRunsUntilItIsStopped() throws Exception {
        Path file = folder.resolve("cloud.yml");
        Files.writeString(file, HEAD + "- url: http://one.demo\n");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path"), LocalCloudCommand.class.getName(),
                "--config", file.toString()).redirectOutput(output.toFile())
                .redirectError(folder.resolve("log").toFile()).start();
        try {
            await(() -> Files.readString(output).contains("ingress_ca:"));
            String text = Files.readString(output);
            for (String part : List.of("API       http://127.0.0.1:", "API keys  local-cloud-key", "ingressEndpoint: \"localhost:",
                    folder.resolve("cloud-state/ca.pem").toString(), "NGROK_API_KEY=local-cloud-key")) {
                assertTrue(text.contains(part), text);
            }
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue(), () -> "see " + folder.resolve("log"));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void theCommandExplainsWrongUse() throws Exception {
        assertEquals(2, new CommandLine(new LocalCloudCommand()).setErr(new PrintWriter(new StringWriter())).execute());
        StringWriter help = new StringWriter();
        assertEquals(0, new CommandLine(new LocalCloudCommand()).setOut(new PrintWriter(help)).execute("--help"));
        assertTrue(help.toString().contains("--config"));
        StringWriter error = new StringWriter();
        assertEquals(2, new CommandLine(new LocalCloudCommand()).setErr(new PrintWriter(error))
                .execute("--config", folder.resolve("none.yml").toString()));
        assertTrue(error.toString().contains("can't be read"), error.toString());
    }

    private static void start(Path file) throws Exception {
        LocalCloud.start(file).close();
    }

    private static void start(CloudConfig config) throws IOException {
        LocalCloud.start(config).close();
    }

    private static void awaitEndpoints(TestClient client, int count) throws Exception {
        await(() -> client.urls("/endpoints").size() == count);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        Instant end = Instant.now().plus(Duration.ofSeconds(60));
        while (!condition.holds()) {
            assertTrue(Instant.now().isBefore(end), "waited in vain");
            Thread.sleep(50);
        }
    }
}
