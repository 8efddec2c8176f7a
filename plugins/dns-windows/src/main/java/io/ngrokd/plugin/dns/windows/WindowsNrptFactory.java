package io.ngrokd.plugin.dns.windows;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.pf4j.Extension;

/** Makes the strategy for Windows. What tells a Windows are its own files, so that a folder that holds such can stand in for one. */
@Extension
public final class WindowsNrptFactory implements DnsStrategyFactory {

    static final String NAME = "windows-nrpt";

    private static final String POWERSHELL = "System32/WindowsPowerShell/v1.0";

    private final Function<Path, PowerShell> start;
    private final Duration patience;

    public WindowsNrptFactory() {
        this(PowerShell::new, NameServers.PATIENCE);
    }

    /**
     * @param start makes what runs scripts, from the path of the program
     * @param patience how long who asks for the servers waits
     */
    WindowsNrptFactory(Function<Path, PowerShell> start, Duration patience) {
        this.start = start;
        this.patience = patience;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    /** Whether we are an administrator shows when the first rule is made: asking takes a program that may take seconds. */
    @Override
    public Availability probe(DnsStrategyContext context) {
        Path folder = powerShell(context);
        Path program = folder.resolve("powershell.exe");
        if (!Files.isRegularFile(program)) {
            return Availability.elsewhere("this is " + System.getProperty("os.name") + ", or a Windows without PowerShell: there is no "
                    + program);
        }
        Path module = folder.resolve("Modules/DnsClient");
        if (!Files.isDirectory(module)) {
            return Availability.no("this Windows has no commands for name resolution rules: there is no " + module
                    + "; Windows 8 and later have it");
        }
        return Availability.yes("Windows has name resolution rules (NRPT)");
    }

    @Override
    public DnsStrategy create(DnsStrategyContext context) {
        PowerShell powerShell = start.apply(powerShell(context).resolve("powershell.exe"));
        return new WindowsNrpt(new NrptTable(powerShell), new NameServers(powerShell, patience), context.journal());
    }

    private static Path powerShell(DnsStrategyContext context) {
        Path root = context.systemRoot();
        boolean real = root.toAbsolutePath().getNameCount() == 0;
        Path windows = real ? Optional.ofNullable(System.getenv("SystemRoot")).map(Path::of).orElse(root.resolve("Windows"))
                : root.resolve("Windows");
        return windows.resolve(POWERSHELL);
    }
}
