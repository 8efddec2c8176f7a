package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.DiffLine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ngrokctl plan}. */
@Command(name = "plan", description = {"Show as a diff what the daemon would change on this system; nothing is changed.",
    "+ comes, - goes, ~ becomes another, ! cannot be had. Without a daemon: ngrokd plan."})
final class PlanCommand extends DaemonCommand {

    /** Backends are asked one after another, and may have to ask other programs. */
    private static final int PATIENCE = 60;

    @Parameters(arity = "0..1", paramLabel = "CONFIG",
            description = "Another config to try out; '-' is the standard input; else the daemon's own file as it is now.")
    private String file;

    @Option(names = "--exit-code", description = "Exit with 1 when something would change; without it with 0.")
    private boolean exitCode;

    PlanCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        byte[] text = {};
        if (file != null) {
            boolean input = file.equals("-");
            text = input ? program.surroundings().input().readAllBytes() : ConfigCommand.read(Path.of(file));
            if (new String(text, StandardCharsets.UTF_8).isBlank()) {
                throw new CommandFailure(ExitStatus.ERROR, (input ? "The standard input" : "The file " + file) + " is empty.",
                        "A config needs a line at least; '{}' is one that sets nothing.");
            }
        }
        return program.http(program.timeout(PATIENCE)).ask("POST", "/v1/plan", text, "application/yaml");
    }

    @Override
    void show(byte[] data) throws IOException {
        List<String> lines = Json.fields(data).texts("diff");
        lines.forEach(line -> program.text().println(DiffLine.on(program.surroundings().terminal(), line)));
    }

    @Override
    ExitStatus judge(byte[] data) throws IOException {
        return exitCode && Json.fields(data).flag("changes").orElse(false) ? ExitStatus.ERROR : ExitStatus.OK;
    }
}
