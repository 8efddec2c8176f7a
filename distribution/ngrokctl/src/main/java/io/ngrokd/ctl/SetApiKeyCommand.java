package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ngrokctl set-api-key}. The key appears in no output, whatever the daemon answers. */
@Command(
        name = "set-api-key",
        description = {"Give the daemon the ngrok API key; it registers with it at once.",
            "Every user of the machine can see a key on the command line: better leave it out and type it when asked, or pass it on the standard input with '-'."})
final class SetApiKeyCommand extends DaemonCommand {

    /** The daemon registers with ngrok before it answers. */
    private static final int PATIENCE = 60;

    private static final int LONGEST_KEY = 4096;

    @Parameters(arity = "0..1", paramLabel = "KEY", description = "The key; '-' reads it from the first line of the standard input; without it you are asked.")
    private String argument;

    SetApiKeyCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        String key = key();
        try {
            return without(key, program.socket(program.timeout(PATIENCE)).ask("set-api-key", key));
        } catch (CommandFailure failure) {
            throw new CommandFailure(failure.status(), failure.getMessage().replace(key, "[key]"), failure.mends().toArray(String[]::new));
        }
    }

    private String key() throws CommandFailure, IOException {
        String given = switch (argument) {
            case null -> program.surroundings().prompt().ask().orElseThrow(() -> new CommandFailure(ExitStatus.USAGE,
                    "No key, and no terminal to ask for it at.", "From a file: ngrokctl set-api-key - < FILE"));
            case "-" -> firstLine(program.surroundings().input());
            default -> argument;
        };
        String key = given.strip();
        if (key.isEmpty()) {
            throw new CommandFailure(ExitStatus.USAGE, "The key is empty.", "Get one at https://dashboard.ngrok.com/api-keys");
        }
        if (key.length() > LONGEST_KEY || !key.chars().allMatch(character -> character > ' ' && character < 127)) {
            throw new CommandFailure(ExitStatus.USAGE, "That is no API key: keys are one line of letters, digits and signs, without blanks.");
        }
        return key;
    }

    /** Not to the end: whoever types it, or keeps the pipe open, need not say that this was all. */
    private static String firstLine(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next >= 0 && next != '\n' && line.size() <= LONGEST_KEY; next = input.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static byte[] without(String key, byte[] data) {
        return new String(data, StandardCharsets.UTF_8).replace(key, "[key]").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void show(byte[] data) throws IOException {
        Object answer = Json.read(data);
        Fields details = Json.fields(data);
        String message = answer instanceof String text ? text : details.text("message").orElse("The daemon has the key");
        program.text().println(Prose.clean(message).replaceFirst("\\.$", "") + ". See: ngrokctl status");
    }
}
