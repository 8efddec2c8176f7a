package io.ngrokd.benchmark;

import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.Commands;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A Flight Recorder recording of a running Java program. */
record Recording(Program program, Path file) {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    static Recording start(Program program, Path file) throws IOException, InterruptedException {
        // By processor time, native code too: the usual sampling sees Java code only.
        command(program, "JFR.start", "name=benchmark", "settings=profile", "jdk.CPUTimeSample#enabled=true",
                "jdk.CPUTimeSample#throttle=5ms");
        return new Recording(program, file);
    }

    void stop() throws IOException, InterruptedException {
        command(program, "JFR.stop", "name=benchmark", "filename=" + file.toAbsolutePath());
        System.out.println("  recording: " + file.toAbsolutePath().normalize());
    }

    private static void command(Program program, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(), Long.toString(program.process().pid())));
        command.addAll(List.of(words));
        CommandResult result = Commands.run(command, LIMIT);
        if (result.exitCode() != 0) {
            throw new IOException("the daemon can't be recorded: " + result.output());
        }
    }
}
