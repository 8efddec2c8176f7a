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
    void aFileThatWasNeverThereMeansDefaultsAndOneThatIsGoneAnError() throws Exception {
        assertEquals(new ConfigReader(Map.of()).read("c", ""), file.loadOrDefaults().config());
        assertEquals(new ConfigReader(Map.of()).read("c", ""), file.load().config());
        Files.writeString(path, "net: {start_port: 1}");
        assertEquals(1, file.load().config().net().startPort());
        Files.delete(path);
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

    /** As Kubernetes mounts a ConfigMap: config.yml leads to ..data/config.yml, and ..data is swapped for another folder. */
    @Test
    void aChangeBehindSymbolicLinksIsSeen() throws Exception {
        mount("1", "net: {start_port: 1}");
        Files.createSymbolicLink(path, Path.of("..data", "config.yml"));
        watch();
        mount("2", "net: {start_port: 2}");
        assertEquals("changed 2", next());
        mount("3", "net: {start_port: x}");
        assertTrue(next().startsWith("broken " + path + ":1:19: net.start_port"));
        mount("4", "net: {start_port: 4}");
        assertEquals("changed 4", next());
        assertTrue(Files.isSymbolicLink(path));
    }

    private void mount(String version, String text) throws Exception {
        Path data = Files.createDirectory(folder.resolve(".." + version));
        Files.writeString(data.resolve("config.yml"), text);
        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of(".." + version));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The start of a file can be good YAML and mean something else: what is still being written does not count. */
    @Test
    void aSaveThatIsUnderWayDoesNotCount() throws Exception {
        Files.writeString(path, "net: {start_port: 1}");
        watch();
        String text = "net: {start_port: 2}\n" + "# a comment that goes on and on\n".repeat(40) + "server: {log_level: debug}\n";
        for (int end = 30; end < text.length(); end += 100) {
            // Each step comes before the last one has stayed for as long as a save may rest.
            Files.writeString(path, text.substring(0, end));
            Thread.sleep(50);
        }
        Files.writeString(path, text);
        String event = next();
        assertEquals("changed 2", event);
        assertEquals("debug", file.load().config().server().logLevel());
    }

    /** Whoever watches a folder for events loses some when there are too many; the file is read instead. */
    @Test
    void aFloodOfOtherChangesInItsFolderHidesNothing() throws Exception {
        Files.writeString(path, "net: {start_port: 1}");
        watch();
        for (int count = 0; count < 20_000; count++) {
            Path other = folder.resolve("other" + count % 50);
            Files.writeString(other, "x");
            Files.delete(other);
            if (count == 10_000) {
                Files.writeString(path, "net: {start_port: 2}");
            }
        }
        assertEquals("changed 2", next());
    }

    @Test
    void anApiKeyThatChangesInItsOwnFileIsSeen() throws Exception {
        file.close();
        Path secret = Files.writeString(folder.resolve("key"), "one\n");
        file = new ConfigFile(vertx, path, new ConfigReader(Map.of("NGROK_API_KEY_FILE", secret.toString())), Duration.ofMillis(100));
        Files.writeString(path, "net: {start_port: 1}");
        file.watch(config -> seen.add(config.config().api().key()), broken -> seen.add("broken " + broken.getMessage()));
        assertEquals("one", next());
        Files.writeString(secret, "two\n");
        assertEquals("two", next());
        Files.delete(secret);
        assertEquals("broken NGROK_API_KEY_FILE: cannot read " + secret + ": there is no such file", next());
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
        assertEquals("new-key", file.load().config().api().key());
    }

    private void watch() throws Exception {
        file.watch(config -> seen.add("changed " + config.config().net().startPort()), broken -> seen.add("broken " + broken.getMessage()));
        // The first scan is what later ones are compared with.
        assertEquals("changed " + file.load().config().net().startPort(), next());
    }

    private String next() throws InterruptedException {
        String event = seen.poll(60, TimeUnit.SECONDS);
        assertTrue(event != null, "nothing was seen");
        return event;
    }
}
