package io.ngrokd.cloud.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.cloud.LocalCloud;
import io.ngrokd.cloud.config.CloudConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo beside a daemon that is at work. */
class SurroundingsTest {

    @TempDir
    Path folder;

    private Path system;
    private Path own;

    @BeforeEach
    void start() throws IOException {
        system = Files.writeString(folder.resolve("system"), "127.0.0.1 localhost\n");
        own = folder.resolve("hosts");
    }

    @Test
    void usesTheSystemsHostsFileWhenItMay() throws IOException {
        assertEquals(Optional.empty(), Surroundings.hostsFile(Map.of(), folder, true, system));
        assertEquals(Optional.of(own), Surroundings.hostsFile(Map.of(), folder, false, system));
        Path given = folder.resolve("given");
        assertEquals(Optional.of(given),
                Surroundings.hostsFile(Map.of("NGROKD_HOSTS_PATH", given.toString()), folder, true, system));
    }

    @Test
    void leavesTheSectionOfADaemonAlone() throws IOException {
        Files.writeString(system, "# BEGIN ngrokd managed section\n# END ngrokd managed section\n");
        assertEquals(Optional.of(own), Surroundings.hostsFile(Map.of(), folder, true, system));
        assertEquals(Optional.of(own),
                Surroundings.hostsFile(Map.of("NGROKD_HOSTS_PATH", system.toString()), folder, true, system));
    }

    @Test
    void asRootItHasAnInterfaceAndARangeOfItsOwn() throws IOException {
        DemoFiles files = new DemoFiles(folder);
        try (LocalCloud cloud = LocalCloud.start(CloudConfig.onFreePorts(folder.resolve("state")))) {
            files.writeDaemonConfig(cloud, new Surroundings(true, true, Optional.of(own)));
        }
        String config = Files.readString(files.daemonConfig());
        assertTrue(config.contains("\nnet:\n  interface_name: ngrokd-demo\n  subnet: \"10.108.0.0/16\"\n"), config);
    }
}
