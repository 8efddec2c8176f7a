package io.ngrokd.ctl;

import io.ngrokd.ctl.output.Terminal;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;

/**
 * All that a run takes from the process around it, so that tests can hand in their own.
 *
 * @param environment the environment variables
 * @param terminal what the standard output is
 * @param prompt asks for the API key
 * @param clock now, and the user's time zone
 */
record Surroundings(
        Map<String, String> environment,
        InputStream input,
        OutputStream output,
        OutputStream errors,
        Terminal terminal,
        KeyPrompt prompt,
        Clock clock) {

    static Surroundings ofThisProcess(OutputStream output) {
        return new Surroundings(System.getenv(), System.in, output, System.err,
                Terminal.of(System.getenv()), KeyPrompt::atTheTerminal, Clock.systemDefaultZone());
    }

    /** The same with another place for what is said. */
    Surroundings saying(OutputStream elsewhere, OutputStream errorsElsewhere) {
        return new Surroundings(environment, input, elsewhere, errorsElsewhere, terminal, prompt, clock);
    }
}
