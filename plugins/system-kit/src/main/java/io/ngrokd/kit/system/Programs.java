package io.ngrokd.kit.system;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Runs programs of the system. Safe for use by several threads. */
public interface Programs {

    /** What became of one: its exit code, and what it wrote to standard output and standard error, as it came. */
    record Outcome(int exitCode, String output) {

        public boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs a program to its end: its arguments as they are, never through a shell, in plain English.
     *
     * @param input what it reads from standard input
     * @throws IOException when it cannot be started or takes longer than the limit, in which case it is ended; the message says
     *     which
     */
    Outcome run(List<String> command, String input, Duration limit) throws IOException, InterruptedException;

    /** Those of this machine. */
    static Programs ofSystem() {
        return new SystemPrograms();
    }
}
