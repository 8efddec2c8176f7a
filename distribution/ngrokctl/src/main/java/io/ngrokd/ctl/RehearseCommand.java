package io.ngrokd.ctl;

import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code ngrokctl rehearse}: does what the daily commands do, without a word, while Java watches what they load. Used when the
 * start-up cache is made; see {@code ngrokd start-cache}.
 */
@Command(name = "rehearse", hidden = true, description = "Run the daily commands without a word.")
final class RehearseCommand implements Callable<Integer> {

    private static final List<List<String>> DAILY = List.of(
            List.of("help"), List.of("status"), List.of("list"), List.of("health"), List.of("version"), List.of("status", "--json"),
            List.of("list", "--json"), List.of("no-such-command"));

    private final Ngrokctl program;

    RehearseCommand(Ngrokctl program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        Surroundings silent = program.surroundings().saying(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
        for (List<String> command : DAILY) {
            Ngrokctl.run(silent, command.toArray(String[]::new));
        }
        return 0;
    }
}
