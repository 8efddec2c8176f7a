package io.ngrokd.kernel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/** Changes how much the daemon logs, while it runs. */
final class LogLevel {

    private LogLevel() {}

    static void set(String level) {
        logger().setLevel(Level.valueOf(level));
    }

    /** As the config writes it. */
    static String get() {
        return logger().getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("io.ngrokd");
    }
}
