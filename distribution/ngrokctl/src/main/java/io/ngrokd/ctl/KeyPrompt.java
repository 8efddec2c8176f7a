package io.ngrokd.ctl;

import java.io.Console;
import java.util.Optional;

/** Asks the person at the terminal for the API key. */
@FunctionalInterface
interface KeyPrompt {

    /** What was typed, unseen; empty when there is no terminal to ask at. */
    Optional<String> ask();

    /** At the process's own terminal. */
    static Optional<String> atTheTerminal() {
        Console console = System.console();
        if (console == null || !console.isTerminal()) {
            return Optional.empty();
        }
        char[] key = console.readPassword("ngrok API key (not shown): ");
        return Optional.of(key == null ? "" : new String(key));
    }
}
