package io.ngrokd.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ngrokctl help [COMMAND]}. */
@Command(name = "help", description = "Say how ngrokctl, or one of its commands, is used.")
final class HelpCommand extends DaemonCommand {

    @Parameters(arity = "0..1", paramLabel = "COMMAND", description = "The command to explain.")
    private String command;

    @Spec
    private CommandSpec spec;

    HelpCommand(Ngrokctl program) {
        super(program);
    }

    private CommandLine explained() {
        CommandLine all = spec.parent().commandLine();
        if (command == null) {
            return all;
        }
        CommandLine one = all.getSubcommands().get(command);
        if (one == null) {
            throw new CommandLine.ParameterException(all, "There is no such command to explain.");
        }
        return one;
    }

    @Override
    byte[] fetch() throws IOException {
        ByteArrayOutputStream help = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(help)) {
            describe(generator, explained());
        }
        return help.toByteArray();
    }

    private static void describe(JsonGenerator generator, CommandLine described) throws IOException {
        CommandSpec command = described.getCommandSpec();
        generator.writeStartObject();
        generator.writeStringField("name", command.qualifiedName());
        generator.writeStringField("description", String.join(" ", command.usageMessage().description()));
        generator.writeArrayFieldStart("options");
        for (CommandLine.Model.OptionSpec option : command.options()) {
            generator.writeStartObject();
            generator.writeStringField("name", option.longestName());
            if (option.arity().max() > 0) {
                generator.writeStringField("value", option.paramLabel());
            }
            generator.writeStringField("description", String.join(" ", option.description()));
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("commands");
        for (CommandLine subcommand : described.getSubcommands().values()) {
            describe(generator, subcommand);
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    @Override
    void show(byte[] data) {
        program.text().print(explained().getUsageMessage(explained().getColorScheme()));
    }
}
