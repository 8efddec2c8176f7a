package io.ngrokd.kernel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Changes how much the daemon logs, while it runs. */
final class LogLevel {

    private LogLevel() {}

    static void set(String level) {
        ((Logger) LoggerFactory.getLogger("io.ngrokd")).setLevel(Level.valueOf(level));
    }
}
