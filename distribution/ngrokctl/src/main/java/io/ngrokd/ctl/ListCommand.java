package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ControlSocket;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code ngrokctl list}. */
@Command(name = "list", description = "List the endpoints: where each is reached on this machine, and how it fares.")
final class ListCommand extends DaemonCommand {

    ListCommand(Ngrokctl program) {
        super(program);
    }

    private ControlSocket socket() {
        return program.socket(program.timeout(USUAL_PATIENCE));
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        byte[] data = socket().ask("list");
        // The Go daemon says null when it has none; a program that reads a list should get one.
        return Json.read(data) == null ? "[]".getBytes(StandardCharsets.US_ASCII) : data;
    }

    @Override
    void show(byte[] data) throws IOException {
        List<Fields> endpoints = Fields.objectsIn(Json.read(data));
        if (endpoints.isEmpty()) {
            program.text().println("No endpoints.");
            EmptyList.advice(socket()).forEach(line -> program.text().println("  " + line));
        } else {
            new ListText(program.surroundings().terminal()).print(endpoints, program.text()::println);
        }
    }
}
