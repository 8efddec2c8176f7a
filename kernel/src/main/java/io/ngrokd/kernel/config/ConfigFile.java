package io.ngrokd.kernel.config;

import io.ngrokd.kernel.state.AtomicFile;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Consumer;

/** The config file on disk: reads it, says when it changed, and can put an API key into it. */
public final class ConfigFile implements AutoCloseable {

    private static final String TEXT = "text";

    private final Path path;
    private final ConfigReader reader;
    private final ConfigRetriever retriever;

    /**
     * @param scan how often the file is looked at
     */
    public ConfigFile(Vertx vertx, Path path, ConfigReader reader, Duration scan) {
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

    /** Reads the file now; a missing one reads as empty. Blocks; not for event loops. */
    public DaemonConfig load() throws ConfigException {
        return read(retriever.getConfig().await());
    }

    /** Calls one of the two, on an event loop, whenever the file's content changed. */
    public void watch(Consumer<DaemonConfig> changed, Consumer<ConfigException> broken) {
        retriever.listen(change -> {
            try {
                changed.accept(read(change.getNewConfiguration()));
            } catch (ConfigException problems) {
                broken.accept(problems);
            }
        });
    }

    private DaemonConfig read(JsonObject content) throws ConfigException {
        return reader.read(path.toString(), content.getString(TEXT, ""));
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
