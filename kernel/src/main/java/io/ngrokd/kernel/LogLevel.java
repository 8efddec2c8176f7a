package io.ngrokd.kernel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.ngrokd.kernel.config.Effective;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/**
 * How much the daemon logs, and who said so: the config, {@code -v} on the command line, or a command to the running daemon, which
 * counts until the config has another level. Safe for use by several threads.
 */
final class LogLevel {

    private static final String VERBOSE = "debug";

    private final boolean verbose;
    private String level = "";
    private String command = "";

    /**
     * @param verbose log at debug, whatever the config says
     */
    LogLevel(boolean verbose) {
        this.verbose = verbose;
    }

    /** The config has another level, or its first one; what a command said counts no longer. */
    synchronized void follow(Effective effective) {
        if (verbose) {
            use(VERBOSE, "ngrokd -v");
        } else {
            use(effective.config().server().logLevel(), "");
        }
    }

    /**
     * Logs more or less from now on.
     *
     * @param by who said so, for {@code config show --origin}
     */
    synchronized void use(String wanted, String by) {
        level = wanted;
        command = by;
        logger().setLevel(Level.valueOf(wanted));
    }

    /** As the config writes it. */
    String get() {
        return logger().getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    /** The same config with the level that counts. */
    synchronized Effective over(Effective effective) {
        return command.isEmpty() ? effective : effective.withLogLevel(level, command);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.ngrokd");
    }
}
