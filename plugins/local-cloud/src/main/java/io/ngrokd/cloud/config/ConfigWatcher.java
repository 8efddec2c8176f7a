package io.ngrokd.cloud.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the file a few times a second and reports what it says when that has changed. Reading the content each
 * time sees what every editor does (write in place, rename over, delete and create), which OS notices do not promise.
 */
public final class ConfigWatcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final Path file;
    private final Consumer<CloudConfig> listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private byte[] inForce;
    private byte[] lastLook;
    private boolean missing;

    private ConfigWatcher(Path file, byte[] inForce, Consumer<CloudConfig> listener) {
        this.file = file;
        this.inForce = inForce;
        this.lastLook = inForce;
        this.listener = listener;
    }

    /** @param current the content that is already in force */
    public static ConfigWatcher watch(Path file, byte[] current, Consumer<CloudConfig> listener) {
        ConfigWatcher watcher = new ConfigWatcher(file, current, listener);
        Thread.ofPlatform().daemon().name("cloud-config-watcher").start(watcher::run);
        return watcher;
    }

    private void run() {
        try {
            while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        byte[] content;
        try {
            content = Files.readAllBytes(file);
        } catch (IOException e) {
            if (!missing) {
                missing = true;
                LOG.error("The configuration can't be read, what it said last stays in force. file={} reason={}", file,
                        e instanceof NoSuchFileException ? "it is not there" : e.toString());
            }
            return;
        }
        missing = false;
        // An editor may be caught between emptying the file and writing it: only content that stays the same for
        // two looks counts.
        boolean settled = Arrays.equals(content, lastLook);
        lastLook = content;
        if (!settled || Arrays.equals(content, inForce)) {
            return;
        }
        inForce = content;
        try {
            listener.accept(CloudConfigReader.read(file, new String(content, StandardCharsets.UTF_8)));
        } catch (ConfigException e) {
            LOG.error("The configuration has an error, what it said before stays in force. error={}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("The changed configuration could not be applied. file={}", file, e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
