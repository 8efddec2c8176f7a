package io.ngrokd.kernel.config;

import io.ngrokd.kernel.state.AtomicFile;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Consumer;

/** The config file on disk: reads it, says when it changed, and can put an API key into it. */
public final class ConfigFile implements AutoCloseable {

    private static final String TEXT = "text";
    /** A save that is still under way shows as a change too: what is taken must have stayed the same this long. */
    private static final long SETTLE_MILLIS = 500;

    private final Vertx vertx;
    private final Path path;
    private final ConfigReader reader;
    private final ConfigRetriever retriever;

    /**
     * @param scan how often the file is looked at
     */
    public ConfigFile(Vertx vertx, Path path, ConfigReader reader, Duration scan) {
        this.vertx = vertx;
        this.path = path;
        this.reader = reader;
        this.retriever = ConfigRetriever.create(vertx, new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(scan.toMillis())
                .addStore(new ConfigStoreOptions().setType("file").setFormat("raw").setOptional(true)
                        .setConfig(new JsonObject().put("path", path.toString()).put("raw.key", TEXT).put("raw.type", "string"))));
    }

    /** The file's path. */
    public Path path() {
        return path;
    }

    /** Reads the file for the start: here a missing one means that all defaults count. Blocks; not for event loops. */
    public DaemonConfig loadOrDefaults() throws ConfigException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? reader.read(path.toString(), text()) : reader.read(path.toString(), "");
    }

    /**
     * Reads the file now. Blocks; not for event loops.
     *
     * @throws ConfigException when it is broken, missing, unreadable or empty: a running daemon never falls back to defaults
     */
    public DaemonConfig load() throws ConfigException {
        String text = text();
        if (text.isBlank()) {
            throw new ConfigException(path + ": the file is empty");
        }
        return reader.read(path.toString(), text);
    }

    /** Calls one of the two, on a thread that may block, whenever the file's content changed and stayed so for a moment. */
    public void watch(Consumer<DaemonConfig> changed, Consumer<ConfigException> broken) {
        retriever.listen(change -> {
            String seen = change.getNewConfiguration().getString(TEXT, "");
            vertx.setTimer(SETTLE_MILLIS, timer -> Thread.ofVirtual().name("reload").start(() -> {
                try {
                    if (text().equals(seen)) {
                        changed.accept(load());
                    }
                } catch (ConfigException problems) {
                    broken.accept(problems);
                }
            }));
        });
    }

    private String text() throws ConfigException {
        try {
            return Files.readString(path);
        } catch (NoSuchFileException missing) {
            throw new ConfigException(path + ": the file is gone; put it back");
        } catch (CharacterCodingException notText) {
            throw new ConfigException(path + ": the file is no UTF-8 text");
        } catch (IOException unreadable) {
            throw new ConfigException(path + ": the file cannot be read: " + unreadable);
        }
    }

    /**
     * Puts an API key into the file and changes nothing else of it; from then on only the owner may read it.
     *
     * @throws IOException when the file could not be written
     * @throws ConfigException when what stands in it is no YAML
     */
    public void setApiKey(String key) throws IOException, ConfigException {
        String before = Files.exists(path) ? Files.readString(path) : "";
        String after = ApiKeyEditor.setKey(path.toString(), before, key);
        if (after.equals(before)) {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(AtomicFile.PRIVATE));
            }
            return;
        }
        if (path.toAbsolutePath().getParent() != null) {
            Files.createDirectories(path.toAbsolutePath().getParent());
        }
        AtomicFile.write(path, after, AtomicFile.PRIVATE);
    }

    @Override
    public void close() {
        retriever.close();
    }
}
