package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.client.HealthPage;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code ngrokctl health}. */
@Command(
        name = "health",
        description = {"Show the health page, and with it what passes through each endpoint.", "Exits with 1 when the daemon says that it is not well."})
final class HealthCommand extends DaemonCommand {

    private static final String USUAL_ADDRESS = "127.0.0.1:8081";

    HealthCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        Duration timeout = program.timeout(USUAL_PATIENCE);
        if (program.url().isPresent()) {
            return new HealthPage(program.url().get(), timeout).fetch();
        }
        String address;
        try {
            address = Json.fields(program.socket(timeout).ask("status")).text("health_address").orElse(USUAL_ADDRESS);
        } catch (CommandFailure unasked) {
            return withoutSocket(unasked, timeout);
        }
        return new HealthPage(address, timeout).fetch();
    }

    /** The usual place is worth a look: who may not use the socket may still read the page. */
    private static byte[] withoutSocket(CommandFailure unasked, Duration timeout) throws CommandFailure {
        try {
            return new HealthPage(USUAL_ADDRESS, timeout).fetch();
        } catch (CommandFailure nothing) {
            unasked.addSuppressed(nothing);
            throw unasked;
        }
    }

    @Override
    void show(byte[] data) throws IOException {
        new HealthText(program.surroundings().terminal(), program.times()).print(Json.fields(data), program.text()::println);
    }

    @Override
    ExitStatus judge(byte[] data) throws IOException {
        return Json.fields(data).flag("healthy").orElse(false) ? ExitStatus.OK : ExitStatus.ERROR;
    }
}
