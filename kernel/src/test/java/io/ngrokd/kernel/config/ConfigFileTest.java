package io.ngrokd.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setFileSystemOptions(
            new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private Path path;
    private ConfigFile file;

    @BeforeEach
    void open() {
        path = folder.resolve("config.yml");
        file = new ConfigFile(vertx, path, new ConfigReader(Map.of()), Duration.ofMillis(100));
    }

    @AfterEach
    void close() {
        file.close();
        vertx.close().await();
    }

    @Test
    void aMissingFileMeansDefaultsAtTheStartAndAnErrorLater() throws Exception {
        assertEquals(new ConfigReader(Map.of()).read("c", ""), file.loadOrDefaults());
        assertTrue(assertThrows(ConfigException.class, file::load).getMessage().endsWith("the file is gone; put it back"));
        Files.createDirectory(path);
        assertThrows(ConfigException.class, file::loadOrDefaults);
    }

    @Test
    void aChangeIsSeenHoweverTheEditorSaves() throws Exception {
        Files.writeString(path, "net: {start_port: 1}");
        watch();
        Files.writeString(path, "net: {start_port: 2}");
        assertEquals("changed 2", next());
        Files.writeString(folder.resolve("other"), "net: {start_port: 3}");
        Files.move(folder.resolve("other"), path, StandardCopyOption.REPLACE_EXISTING);
        assertEquals("changed 3", next());
    }

    @Test
    void aFileThatIsGoneEmptyOrBrokenNeverMeansDefaults() throws Exception {
        Files.writeString(path, "net: {start_port: 1}");
        watch();
        Files.delete(path);
        assertTrue(next().startsWith("broken " + path + ": the file is gone"));
        Files.writeString(path, "net: {start_port: 2}");
        assertEquals("changed 2", next());
        Files.writeString(path, "");
        assertTrue(next().startsWith("broken " + path + ": the file is empty"));
        Files.writeString(path, "net: {start_port: x}");
        assertTrue(next().startsWith("broken " + path + ":1:19: net.start_port"));
    }

    @Test
    void theKeyGoesInWithModeAndLayoutKept() throws Exception {
        Files.writeString(path, "# mine\napi:\n  key: old # note\n");
        file.setApiKey("new-key");
        assertEquals("# mine\napi:\n  key: \"new-key\" # note\n", Files.readString(path));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        assertEquals("new-key", file.load().api().key());
    }

    private void watch() throws Exception {
        file.watch(config -> seen.add("changed " + config.net().startPort()), broken -> seen.add("broken " + broken.getMessage()));
        // The first scan is what later ones are compared with.
        assertEquals("changed " + file.load().net().startPort(), next());
    }

    private String next() throws InterruptedException {
        String event = seen.poll(20, TimeUnit.SECONDS);
        assertTrue(event != null, "nothing was seen");
        return event;
    }
}
