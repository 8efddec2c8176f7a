package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.pf4j.Extension;

/** Makes the writer of the system's hosts file, or of the one that the user named. */
@Extension
public final class HostsFileFactory implements HostsWriterFactory {

    static final String NAME = "hosts-file";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    /** Available also when the file cannot be written now: that is reported and retried, and may be mended meanwhile. */
    @Override
    public Availability probe(HostsContext context) {
        Path path = path(context);
        if (!Files.exists(path)) {
            return Availability.yes(path + " does not exist yet");
        }
        return Availability.yes(path + (Files.isWritable(path) ? " can be written" : " cannot be written now"));
    }

    @Override
    public HostsWriter create(HostsContext context) {
        return new HostsFile(path(context), new HostsJournal(context.journal()), Settling.ofSystem());
    }

    private static Path path(HostsContext context) {
        return context.hostsFile().orElseGet(HostsFileFactory::systemPath).toAbsolutePath();
    }

    private static Path systemPath() {
        if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            return Path.of("/etc/hosts");
        }
        String root = System.getenv().getOrDefault("SystemRoot", "C:\\Windows");
        return Path.of(root, "System32", "drivers", "etc", "hosts");
    }
}
