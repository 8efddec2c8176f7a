package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.output.Times;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ngrokctl events}. */
@Command(name = "events", description = "Show what happened lately: endpoints that came, went or got into trouble, reloads, renewals.")
final class EventsCommand extends DaemonCommand {

    @Option(names = {"-f", "--follow"}, description = "Go on showing what happens, until you press Ctrl-C.")
    private boolean follow;

    EventsCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        if (follow) {
            program.http(program.timeout(USUAL_PATIENCE)).follow("/v1/events", (type, data) -> {
                if (program.json()) {
                    Json.printVersioned(data, "event", true, program.surroundings().output());
                } else {
                    print(Json.fields(data));
                    program.flush();
                }
            });
        }
        return program.http(program.timeout(USUAL_PATIENCE)).get("/v1/events");
    }

    @Override
    void show(byte[] data) throws IOException {
        Json.fields(data).objects("events").forEach(this::print);
    }

    private void print(Fields event) {
        program.text().println((event.text("at").flatMap(Times::parse).map(program.times()::second).orElse("?") + "  "
                + String.format("%-20s", Prose.clean(event.text("type").orElse("?")))
                + event.text("endpoint").map(endpoint -> "  " + Prose.clean(endpoint)).orElse("")
                + event.text("message").map(message -> "  " + Prose.clean(message)).orElse("")).stripTrailing());
    }
}
