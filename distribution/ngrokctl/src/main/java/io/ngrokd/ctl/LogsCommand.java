package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.output.Times;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ngrokctl logs}. */
@Command(name = "logs", description = {"Show the newest lines of the daemon's log; it keeps 1000 of them in memory.",
    "For root, the daemon's user and the group ngrokd."})
final class LogsCommand extends DaemonCommand {

    private static final int MOST = 10_000;

    @Option(names = {"-f", "--follow"}, description = "Go on showing what comes, until you press Ctrl-C.")
    private boolean follow;

    @Option(names = {"-n", "--lines"}, paramLabel = "NUMBER", defaultValue = "100", description = "How many lines: 100.")
    private int lines;

    @Spec
    private CommandSpec spec;

    LogsCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        if (lines < 1 || lines > MOST) {
            throw new ParameterException(spec.commandLine(), "--lines is 1 to " + MOST + ".");
        }
        String target = "/v1/logs?lines=" + lines;
        if (follow) {
            program.http(program.timeout(USUAL_PATIENCE)).follow(target, (type, data) -> {
                if (program.json()) {
                    Json.printVersioned(data, "line", true, program.surroundings().output());
                } else {
                    print(Json.fields(data));
                    program.flush();
                }
            });
        }
        return program.http(program.timeout(USUAL_PATIENCE)).get(target);
    }

    @Override
    void show(byte[] data) throws IOException {
        Json.fields(data).objects("lines").forEach(this::print);
    }

    private void print(Fields line) {
        String[] message = line.text("message").orElse("").split("\n");
        program.text().println(line.text("at").flatMap(Times::parse).map(program.times()::second).orElse("?") + " "
                + String.format("%-5s", Prose.clean(line.text("level").orElse("?"))) + " "
                + Prose.clean(line.text("source").orElse("?")) + ": " + Prose.clean(message[0]));
        for (int index = 1; index < message.length; index++) {
            program.text().println("    " + Prose.clean(message[index]));
        }
    }
}
