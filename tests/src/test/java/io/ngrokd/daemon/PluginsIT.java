package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plugin that is missing or broken costs what it would have done, and nothing else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PluginsIT {

    private static final String URL = "http://hello.demo";
    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private Path plugins;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(PluginsIT.class);
        cloud = Cloud.start(machine, URL);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void install() throws Exception {
        Path home = Zip.variant("variant" + ++count);
        plugins = home.resolve("plugins");
        daemon = machine.daemon("daemon" + count).of(cloud).from(home);
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void withoutTheHostsPluginEndpointsAreServedAtTheirAddressesAndSaySo() throws Exception {
        remove("hosts-file");
        daemon.start();
        daemon.awaitState(URL, "degraded", "plugin");
        assertTrue(daemon.status().path("hosts").path("reason").asText().contains("no plugin"), () -> "status");
        machine.run("curl", "-sS", "--fail", "--connect-to", "::" + daemon.address(URL) + ":80", URL).ok();
        assertEquals(0, daemon.terminate());
    }

    @Test
    void withoutTheForwardPluginEndpointsSaySoAndHaveNoName() throws Exception {
        remove("forward-virtual");
        daemon.start();
        daemon.awaitState(URL, "degraded", "plugin");
        assertTrue(!Machine.text(machine.hosts()).contains("hello.demo"), "no name leads to a listener that is not up");
        assertEquals(0, daemon.terminate());
    }

    @Test
    void withoutTheNetifPluginEndpointsSaySo() throws Exception {
        remove("netif-linux");
        daemon.start();
        daemon.awaitState(URL, "degraded", "no plugin");
        assertTrue(daemon.ngrokctl("list").ok().output().contains("no plugin"));
        assertEquals(0, daemon.terminate());
    }

    @Test
    void withoutAnyPluginTheDaemonStaysUp() throws Exception {
        for (String name : new String[] {"netif-linux", "forward-virtual", "forward-shared", "hosts-file"}) {
            remove(name);
        }
        daemon.start();
        daemon.awaitState(URL, "degraded");
        assertEquals(0, daemon.terminate());
    }

    @Test
    void aFileThatIsNoJarIsReportedAndLeftOut() throws Exception {
        Files.writeString(plugins.resolve("broken.jar"), "this is no jar");
        Files.writeString(plugins.resolve("notes.txt"), "neither is this");
        daemon.start().awaitServed(URL);
        machine.run("curl", "-sS", "--fail", URL).ok();
        assertTrue(daemon.log().contains("broken.jar"), daemon::log);
        assertEquals(0, daemon.terminate());
    }

    @ParameterizedTest
    @ValueSource(classes = {BrokenPlugin.InConstructor.class, BrokenPlugin.InProbe.class, BrokenPlugin.InCreate.class, BrokenPlugin.InLinking.class})
    void aPluginThatThrowsIsReportedAndTheNextBestIsTaken(Class<?> factory) throws Exception {
        BrokenPlugin.pack(factory, plugins);
        daemon.start().awaitServed(URL);
        machine.run("curl", "-sS", "--fail", URL).ok();
        assertTrue(daemon.log().contains("broken"), daemon::log);
        assertEquals(0, daemon.terminate());
    }

    private void remove(String name) throws IOException {
        try (Stream<Path> jars = Files.list(plugins)) {
            Path jar = jars.filter(file -> file.getFileName().toString().startsWith(name)).findFirst().orElseThrow();
            Files.delete(jar);
        }
    }
}
