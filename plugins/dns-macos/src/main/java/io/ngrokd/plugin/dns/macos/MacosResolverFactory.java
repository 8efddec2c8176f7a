package io.ngrokd.plugin.dns.macos;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.pf4j.Extension;

/** Makes the strategy for macOS. What tells a macOS are its own files, so that a folder that holds such can stand in for one. */
@Extension
public final class MacosResolverFactory implements DnsStrategyFactory {

    static final String NAME = "macos-resolver";

    private static final String SYSTEM_VERSION = "System/Library/CoreServices/SystemVersion.plist";

    private final Disk disk;

    public MacosResolverFactory() {
        this(new Disk());
    }

    MacosResolverFactory(Disk disk) {
        this.disk = disk;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability probe(DnsStrategyContext context) {
        Path root = context.systemRoot();
        Path version = root.resolve(SYSTEM_VERSION);
        if (!Files.isRegularFile(version)) {
            return Availability.elsewhere("this is " + System.getProperty("os.name") + ", not macOS: there is no " + version);
        }
        Path folder = root.resolve(ResolverFolder.BELOW_ROOT);
        Path changed = Files.exists(folder) ? folder : folder.getParent();
        if (!Files.isWritable(changed)) {
            return Availability.no("ngrokd may not write in " + changed + "; run it as root");
        }
        return Availability.yes("macOS reads " + folder + ", which can be written");
    }

    @Override
    public DnsStrategy create(DnsStrategyContext context) {
        Path root = context.systemRoot();
        return new MacosResolver(new ResolverFolder(root.resolve(ResolverFolder.BELOW_ROOT), context.journal(), disk),
                new MacosCommands(root));
    }
}
