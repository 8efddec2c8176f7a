package io.ngrokd.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;

/** {@code ngrokctl config edit}: a copy is edited, and takes the file's place only when the daemon can use it. */
@Command(name = "edit", description = {"Edit the daemon's config with $VISUAL, $EDITOR, nano or vi, and have it reloaded.",
    "A copy is edited; what the daemon cannot use does not get into the file: you may edit it again, or keep the old one."})
final class ConfigEditCommand extends DaemonCommand {

    ConfigEditCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        Path file = ConfigCommand.path(program);
        byte[] before = Files.exists(file) ? ConfigCommand.read(file) : new byte[0];
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(file.getParent())) {
            throw new CommandFailure(ExitStatus.NOT_PERMITTED, "Not permitted to write " + file + ".", "Use sudo.");
        }
        // Only the owner may read what createTempFile makes: there may be a key in it.
        Path copy = Files.createTempFile("ngrokd-config-", ".yml");
        boolean keepCopy = false;
        try {
            Files.write(copy, before);
            edit(copy, before);
            byte[] after = edited(copy);
            if (Arrays.equals(after, before)) {
                return answer(file, false, "Nothing was changed");
            }
            if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), before)) {
                keepCopy = true;
                throw new CommandFailure(ExitStatus.ERROR, file + " was changed by somebody else meanwhile; it stays as it is now.",
                        "What you wrote is in " + copy);
            }
            ReplacedFile.write(file, after);
        } finally {
            if (!keepCopy) {
                Files.deleteIfExists(copy);
            }
        }
        String message = Json.fields(program.http(program.timeout(USUAL_PATIENCE)).post("/v1/actions/reload")).text("message").orElse("Reloaded");
        return answer(file, true, message);
    }

    /** Returns when the copy is good, or as it was. */
    private void edit(Path copy, byte[] before) throws CommandFailure, IOException {
        while (true) {
            runEditor(copy);
            byte[] text = edited(copy);
            if (Arrays.equals(text, before)) {
                return;
            }
            try {
                ConfigCommand.check(program, text);
                return;
            } catch (CommandFailure problems) {
                if (problems.status() != ExitStatus.ERROR) {
                    throw problems;
                }
                if (!wantsToGoOn(problems)) {
                    throw new CommandFailure(ExitStatus.ERROR, "The config file stays as it was; what you wrote could not be used: " + problems.getMessage());
                }
            }
        }
    }

    private static byte[] edited(Path copy) throws CommandFailure {
        try {
            return Files.readAllBytes(copy);
        } catch (IOException gone) {
            throw new CommandFailure(ExitStatus.ERROR, "The editor left no file; the config file stays as it was.",
                    "Save under the name that it was opened with.");
        }
    }

    private boolean wantsToGoOn(CommandFailure problems) throws IOException {
        PrintStream errors = new PrintStream(program.surroundings().errors(), true, program.text().charset());
        errors.println("The daemon cannot use this:");
        problems.getMessage().lines().forEach(line -> errors.println("  " + Prose.clean(line)));
        while (true) {
            errors.print("Edit it again (e), or keep the old config (k)? ");
            errors.flush();
            String answer = line().strip().toLowerCase(Locale.ROOT);
            if (answer.startsWith("e")) {
                return true;
            }
            // The end of the input is no wish to go on.
            if (answer.startsWith("k") || answer.equals("\u0004")) {
                return false;
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = program.surroundings().input().read();
        if (next < 0) {
            return "\u0004";
        }
        for (; next >= 0 && next != '\n' && line.size() < 1000; next = program.surroundings().input().read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private void runEditor(Path copy) throws CommandFailure, IOException {
        String editor = editor();
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        // By a shell: users write options behind the editor's name.
        ProcessBuilder builder = windows
                ? new ProcessBuilder("cmd", "/c", editor + " \"" + copy + "\"")
                : new ProcessBuilder("/bin/sh", "-c", editor + " \"$1\"", "ngrokctl", copy.toString());
        try {
            int status = builder.inheritIO().start().waitFor();
            if (status != 0) {
                throw new CommandFailure(ExitStatus.ERROR, "The editor (" + editor + ") failed with " + status + "; the config file stays as it was.",
                        "Name another one: VISUAL=nano ngrokctl config edit");
            }
        } catch (InterruptedException interrupted) {
            throw new CommandFailure(ExitStatus.ERROR, "Interrupted; the config file stays as it was.");
        }
    }

    private String editor() throws CommandFailure {
        for (String variable : new String[] {"VISUAL", "EDITOR"}) {
            String named = program.surroundings().environment().getOrDefault(variable, "").strip();
            if (!named.isEmpty()) {
                return named;
            }
        }
        if (System.getProperty("os.name").startsWith("Windows")) {
            return "notepad";
        }
        String path = program.surroundings().environment().getOrDefault("PATH", "/usr/bin:/bin");
        for (String name : new String[] {"nano", "vi"}) {
            for (String folder : path.split(":")) {
                if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
                    return name;
                }
            }
        }
        throw new CommandFailure(ExitStatus.ERROR, "There is no editor: neither nano nor vi.", "Name one: VISUAL=EDITOR ngrokctl config edit");
    }

    private static byte[] answer(Path file, boolean changed, String message) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(answer)) {
            generator.writeStartObject();
            generator.writeStringField("path", file.toString());
            generator.writeBooleanField("changed", changed);
            generator.writeStringField("message", message);
            generator.writeEndObject();
        }
        return answer.toByteArray();
    }

    @Override
    void show(byte[] data) throws IOException {
        program.text().println(Prose.clean(Json.fields(data).text("message").orElse("")).replaceFirst("\\.$", "") + ".");
    }
}
