package io.ngrokd.testing;

import java.util.List;
import java.util.Objects;

/**
 * What became of a command.
 *
 * @param command with its arguments
 * @param exitCode 0 for success
 * @param output standard output and standard error as they came
 */
public record CommandResult(List<String> command, int exitCode, String output) {

    public CommandResult {
        command = List.copyOf(command);
        Objects.requireNonNull(output, "output");
    }

    /** Itself when it succeeded. */
    public CommandResult orThrow() {
        if (exitCode != 0) {
            throw new AssertionError("'" + String.join(" ", command) + "' ended with " + exitCode + ": " + output);
        }
        return this;
    }
}
