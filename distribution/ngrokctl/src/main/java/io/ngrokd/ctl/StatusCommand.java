package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code ngrokctl status}. */
@Command(name = "status", description = "Say whether the daemon is registered, what it does and what it lacks.")
final class StatusCommand extends DaemonCommand {

    StatusCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure {
        return program.socket(program.timeout(USUAL_PATIENCE)).ask("status");
    }

    @Override
    void show(byte[] data) throws IOException {
        new StatusText(program.surroundings().terminal(), program.times())
                .lines(Json.fields(data))
                .forEach(program.text()::println);
    }
}
