package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code ngrokctl names KIND}: what the daemon knows by name, one a line, for the shells' completion. Says nothing, and never
 * fails, where there is nothing to say: nobody wants to read of it in the middle of typing.
 */
@Command(name = "names", hidden = true, description = "Print the names of endpoints or plugins, for completion.")
final class NamesCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Ngrokctl program;

    @Parameters(paramLabel = "KIND", description = "endpoints or plugins.")
    private String kind;

    NamesCommand(Ngrokctl program) {
        this.program = program;
    }

    @Override
    public Integer call() throws IOException {
        try {
            switch (kind) {
                case "endpoints" -> print(Fields.objectsIn(Json.read(program.socket(PATIENCE).ask("list"))), "hostname");
                case "plugins" -> print(Json.fields(program.http(PATIENCE).get("/v1/plugins")).objects("plugins"), "id");
                default -> { }
            }
        } catch (CommandFailure nobodyThere) {
            return 0;
        }
        return 0;
    }

    /** What has anything but the signs of names in it would be taken for something else by a shell. */
    private void print(List<Fields> named, String field) {
        named.stream().flatMap(one -> one.text(field).stream()).filter(name -> name.matches("[A-Za-z0-9._-]+")).distinct().sorted()
                .forEach(program.text()::println);
    }
}
