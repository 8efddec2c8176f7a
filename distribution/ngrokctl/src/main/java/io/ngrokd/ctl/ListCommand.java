package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.Commands;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ngrokctl list}. */
@Command(name = "list", description = "List the endpoints: where each is reached on this machine, and how it fares.")
final class ListCommand extends DaemonCommand {

    @Option(names = {"-w", "--watch"}, description = "Go on showing what changes, until you press Ctrl-C.")
    private boolean watch;

    @Option(names = "--wide", description = "Show ids, protocols and where each is listened for, too.")
    private boolean wide;

    @Parameters(arity = "0..1", paramLabel = "PATTERN",
            description = "Only those whose host, HOST:PORT or URL holds it, or fits it wholly when it has '*' or '?'.")
    private String pattern;

    ListCommand(Ngrokctl program) {
        super(program);
    }

    private Commands socket() throws CommandFailure {
        return program.socket(program.timeout(USUAL_PATIENCE));
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        if (watch) {
            new ListWatch(program, pattern, wide).run();
        }
        byte[] data = socket().ask("list");
        // The Go daemon says null when it has none; a program that reads a list should get one.
        if (Json.read(data) == null) {
            return "[]".getBytes(StandardCharsets.US_ASCII);
        }
        return pattern == null ? data : Json.elements(data, new NamePattern(pattern)::fits);
    }

    @Override
    String listName() {
        return "endpoints";
    }

    @Override
    void show(byte[] data) throws IOException {
        List<Fields> endpoints = Fields.objectsIn(Json.read(data));
        if (!endpoints.isEmpty()) {
            new ListText(program.surroundings().terminal(), wide).print(endpoints, program.text()::println);
        } else if (pattern != null) {
            program.text().println("No endpoint fits '" + pattern + "'. See all of them: ngrokctl list");
        } else {
            program.text().println("No endpoints.");
            try {
                EmptyList.advice(socket()).forEach(line -> program.text().println("  " + line));
            } catch (CommandFailure misused) {
                throw new IOException(misused);
            }
        }
    }
}
