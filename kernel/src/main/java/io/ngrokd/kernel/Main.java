package io.ngrokd.kernel;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;
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
        subcommands = {CleanupCommand.class, ConfigCommand.class, PlanCommand.class},
        sortOptions = false,
        footer = {"", "Beside it: `ngrokd demo` shows everything on a cloud of its own, `ngrokd local-cloud` runs that cloud alone,",
            "and `ngrokctl` drives a running daemon."})
public final class Main implements Callable<Integer> {

    private static final Duration LAST_RESORT = Duration.ofMillis(4900);
    private static final Duration LOOK = Duration.ofMillis(100);
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
        CountDownLatch end = new CountDownLatch(1);
        Daemon daemon = new Daemon(configPath(), verbose, Installation.current());
        // Before the start: a signal during it must not end the process with half of it standing.
        AtomicInteger signals = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        Runnable onEnd = () -> end(signals.incrementAndGet(), end, daemon, over);
        Signals.on("TERM", onEnd);
        Signals.on("INT", onEnd);
        Signals.on("HUP", () -> daemon.reload(Reloader.Cause.SIGNAL));
        try {
            daemon.start();
        } catch (ConfigException | StateException | IOException failed) {
            return complain(failed.getMessage());
        } catch (RuntimeException | LinkageError defect) {
            LoggerFactory.getLogger(Main.class).error("ngrokd cannot start.", defect);
            return complain("cannot start: " + defect);
        }
        end.await();
        daemon.stop();
        // What Java itself does at the end, such as writing a start-up cache, may take its time.
        over.set(true);
        return 0;
    }

    /**
     * Lets the daemon stop, from the second signal on without waiting for connections to end. One that cannot stop is ended
     * by force; the time that it waits for connections does not count, it has a limit of its own.
     */
    private static void end(int signals, CountDownLatch end, Daemon daemon, AtomicBoolean over) {
        if (signals > 1) {
            daemon.hurry();
            return;
        }
        end.countDown();
        Thread.ofPlatform().daemon().name("last-resort").start(() -> {
            try {
                for (Duration left = LAST_RESORT; left.isPositive(); left = daemon.isDraining() ? left : left.minus(LOOK)) {
                    Thread.sleep(LOOK);
                    if (over.get()) {
                        return;
                    }
                }
            } catch (InterruptedException stopping) {
                return;
            }
            complain("stopping takes too long; giving up. `ngrokd cleanup` undoes the rest");
            Runtime.getRuntime().halt(1);
        });
    }

    static int complain(String message) {
        message.lines().forEach(line -> System.err.println("ngrokd: " + line));
        return 1;
    }
}
