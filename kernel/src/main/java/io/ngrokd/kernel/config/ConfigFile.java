package io.ngrokd.kernel.config;

import io.ngrokd.kernel.state.AccessList;
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
    private static final String MORE = "more";
    /** A save that is still under way shows as a change too: what is taken must have stayed the same this long. */
    private static final long SETTLE_MILLIS = 500;

    private final Vertx vertx;
    private final Path path;
    private final ConfigReader reader;
    private final ConfigRetriever retriever;
    private volatile boolean everThere;

    /**
     * The files are read again and again rather than watched: that sees every way of saving (in place, by rename, by a symbolic
     * link that leads elsewhere), on network file systems too, and has no queue of events that could overflow.
     *
     * @param scan how often the file, and those that the environment names for values, are looked at
     */
    public ConfigFile(Vertx vertx, Path path, ConfigReader reader, Duration scan) {
        this.vertx = vertx;
        this.path = path;
        this.reader = reader;
        ConfigRetrieverOptions stores = new ConfigRetrieverOptions().setIncludeDefaultStores(false).setScanPeriod(scan.toMillis())
                .addStore(store(path, TEXT));
        reader.files().forEach(file -> stores.addStore(store(file, MORE + file)));
        this.retriever = ConfigRetriever.create(vertx, stores);
    }

    private static ConfigStoreOptions store(Path path, String key) {
        return new ConfigStoreOptions().setType("file").setFormat("raw").setOptional(true)
                .setConfig(new JsonObject().put("path", path.toString()).put("raw.key", key).put("raw.type", "string"));
    }

    /** The file's path. */
    public Path path() {
        return path;
    }

    /** Reads the file for the start: here a missing one means that all defaults count. Blocks; not for event loops. */
    public Effective loadOrDefaults() throws ConfigException {
        return isThere() ? reader.readAll(path.toString(), text()) : reader.readAll(path.toString(), "");
    }

    private boolean isThere() {
        everThere |= Files.exists(path, LinkOption.NOFOLLOW_LINKS);
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Reads the file now. Blocks; not for event loops.
     *
     * @throws ConfigException when it is broken, unreadable or empty, or gone: a running daemon never falls back to defaults
     */
    public Effective load() throws ConfigException {
        if (!isThere() && !everThere) {
            return loadOrDefaults();
        }
        String text = text();
        if (text.isBlank()) {
            throw new ConfigException(path + ": the file is empty");
        }
        return reader.readAll(path.toString(), text);
    }

    /** Calls one of the two, on a thread that may block, whenever the content of a file changed and stayed so for a moment. */
    public void watch(Consumer<Effective> changed, Consumer<ConfigException> broken) {
        retriever.listen(change -> {
            String seen = change.getNewConfiguration().getString(TEXT, "");
            vertx.setTimer(SETTLE_MILLIS, timer -> Thread.ofVirtual().name("reload").start(() -> {
                try {
                    boolean never = !isThere() && !everThere;
                    if (never || text().equals(seen)) {
                        changed.accept(load());
                    }
                } catch (ConfigException problems) {
                    broken.accept(problems);
                }
            }));
        });
    }

    /** Reads another file as if it were this one, for a check. */
    public static Effective check(Path file, ConfigReader reader) throws ConfigException {
        return reader.readAll(file.toString(), text(file));
    }

    private String text() throws ConfigException {
        return text(path);
    }

    private static String text(Path path) throws ConfigException {
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
            } else if (AccessList.rules(path)) {
                AccessList.keepPrivate(path);
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
