package io.ngrokd.kernel;

import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.status.StatusBoard;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a user should know of a configuration that is in force. */
final class ConfigWarnings {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWarnings.class);
    private static final String ENVIRONMENT = "environment";
    private static final String RESTART = "restart";

    private final StatusBoard board;

    ConfigWarnings(StatusBoard board) {
        this.board = board;
    }

    /** The environment is what it was at the start: said once. */
    void ofEnvironment(Effective effective) {
        effective.warnings().forEach(warning -> LOG.warn("A variable of the environment looks like one of ngrokd's. {}", warning));
        if (!effective.warnings().isEmpty()) {
            board.warn(ENVIRONMENT, String.join("; ", effective.warnings()));
        }
    }

    /**
     * Says what a restart would change.
     *
     * @param keys that count from the next start only
     */
    void ofRestart(List<String> keys) {
        if (keys.isEmpty()) {
            board.clearWarning(RESTART);
            return;
        }
        String changed = String.join(", ", keys);
        LOG.warn("Some changed keys count from the next start. keys={}", changed);
        board.warn(RESTART, changed + " changed since the start: restart ngrokd for " + (keys.size() == 1 ? "it" : "them") + " to count");
    }
}
