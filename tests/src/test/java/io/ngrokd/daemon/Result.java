package io.ngrokd.daemon;

import java.util.List;

/**
 * What became of a command.
 *
 * @param output its standard output
 * @param errors its standard error
 */
record Result(List<String> command, int exitCode, String output, String errors) {

    /** Itself when it succeeded. */
    Result ok() {
        return exits(0);
    }

    /** Itself when it ended so. */
    Result exits(int expected) {
        if (exitCode != expected) {
            throw new AssertionError("expected exit code " + expected + " and not " + this);
        }
        return this;
    }

    /** Its lines. */
    List<String> lines() {
        return output.lines().toList();
    }

    @Override
    public String toString() {
        return exitCode + " of " + String.join(" ", command) + "\n" + output + (errors.isEmpty() ? "" : "\nstandard error:\n" + errors);
    }
}
