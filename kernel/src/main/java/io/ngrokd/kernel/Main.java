package io.ngrokd.kernel;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code ngrokd}: runs the daemon in the foreground until SIGTERM or SIGINT. */
@Command(
        name = "ngrokd",
        mixinStandardHelpOptions = false,
        versionProvider = Main.VersionText.class,
        description = "Forward proxy daemon for ngrok's private endpoints.",
        subcommands = CleanupCommand.class,
        sortOptions = false,
        footer = {"", "Beside it: `ngrokd demo` shows everything on a cloud of its own, `ngrokd local-cloud` runs that cloud alone,",
            "and `ngrokctl` drives a running daemon."})
public final class Main implements Callable<Integer> {

    static final Path DEFAULT_CONFIG = Path.of("/etc/ngrokd/config.yml");

    @Option(names = {"--config", "-config"}, paramLabel = "PATH", scope = ScopeType.INHERIT,
            description = "The config file (default: /etc/ngrokd/config.yml).")
    private Path config;

    @Option(names = "-v", description = "Log at debug level, whatever the config says.")
    private boolean verbose;

    @Option(names = {"--version", "-version"}, versionHelp = true, description = "Print the version.")
    private boolean version;

    @Option(names = {"--help", "-h", "-help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Print this help.")
    private boolean help;

    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"ngrokd version " + Version.current()};
        }
    }

    public static void main(String[] arguments) {
        int status = new CommandLine(new Main()).execute(arguments);
        // Virtual threads and event loops must not keep a finished process alive.
        System.exit(status);
    }

    /** The config file that counts. */
    Path configPath() {
        return (config == null ? DEFAULT_CONFIG : config).toAbsolutePath();
    }

    /** Whether the user named a file that is not there; the default one may be missing. */
    boolean isConfigMissing() {
        return config != null && !Files.exists(config);
    }

    @Override
    public Integer call() throws InterruptedException {
        if (isConfigMissing()) {
            return complain("there is no config file " + config + "; copy config/config.yml of this distribution there");
        }
        Daemon daemon = new Daemon(configPath(), verbose, Installation.current());
        try {
            daemon.start();
        } catch (ConfigException | StateException | IOException failed) {
            return complain(failed.getMessage());
        }
        CountDownLatch end = new CountDownLatch(1);
        Signals.on("TERM", end::countDown);
        Signals.on("INT", end::countDown);
        Signals.on("HUP", daemon::reload);
        end.await();
        daemon.stop();
        return 0;
    }

    static int complain(String message) {
        message.lines().forEach(line -> System.err.println("ngrokd: " + line));
        return 1;
    }
}
