package io.ngrokd.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ngrokctl config ...}. */
@Command(name = "config", description = "Show, check and edit the daemon's config.", synopsisSubcommandLabel = "COMMAND")
final class ConfigCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    /** Where the running daemon has its config file. */
    static Path path(Ngrokctl program) throws CommandFailure, IOException {
        return Path.of(Json.fields(program.socket(program.timeout(DaemonCommand.USUAL_PATIENCE)).ask("status")).text("config_path")
                .orElseThrow(() -> new CommandFailure(ExitStatus.ERROR, "The daemon does not say where its config file is.",
                        "It is the Go daemon, or an older one. The usual place is /etc/ngrokd/config.yml.")));
    }

    /** The file's bytes. */
    static byte[] read(Path file) throws CommandFailure {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new CommandFailure(ExitStatus.ERROR, "There is no file " + file + ".");
        } catch (AccessDeniedException denied) {
            throw new CommandFailure(ExitStatus.NOT_PERMITTED, "Not permitted to read " + file + ".", "Use sudo: it may hold the API key.");
        } catch (IOException unreadable) {
            throw new CommandFailure(ExitStatus.ERROR, file + " cannot be read: " + unreadable.getMessage() + ".");
        }
    }

    /** Asks the daemon whether it could use this. */
    static byte[] check(Ngrokctl program, byte[] text) throws CommandFailure {
        return program.http(program.timeout(DaemonCommand.USUAL_PATIENCE)).ask("POST", "/v1/config/check", text, "application/yaml");
    }

    /** {@code ngrokctl config check}. */
    @Command(name = "check", description = {"Say whether the daemon could use a config file; nothing is changed.",
        "Exits with 1, and names every problem, when it could not."})
    static final class Check extends DaemonCommand {

        @Parameters(arity = "0..1", paramLabel = "PATH", description = "The file; '-' is the standard input; else the daemon's own.")
        private String file;

        Check(Ngrokctl program) {
            super(program);
        }

        @Override
        byte[] fetch() throws CommandFailure, IOException {
            byte[] text = "-".equals(file) ? program.surroundings().input().readAllBytes()
                    : read(file == null ? path(program) : Path.of(file));
            return check(program, text);
        }

        @Override
        void show(byte[] data) {
            program.text().println("The config is good.");
        }
    }

    /** {@code ngrokctl config path}. */
    @Command(name = "path", description = "Say where the running daemon has its config file.")
    static final class Where extends DaemonCommand {

        Where(Ngrokctl program) {
            super(program);
        }

        @Override
        byte[] fetch() throws CommandFailure, IOException {
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try (JsonGenerator generator = Json.FACTORY.createGenerator(answer)) {
                generator.writeStartObject();
                generator.writeStringField("path", path(program).toString());
                generator.writeEndObject();
            }
            return answer.toByteArray();
        }

        @Override
        void show(byte[] data) throws IOException {
            program.text().println(Prose.clean(Json.fields(data).text("path").orElse("")));
        }
    }
}
