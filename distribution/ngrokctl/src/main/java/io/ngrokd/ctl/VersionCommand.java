package io.ngrokd.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.FactBlock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import picocli.CommandLine.Command;

/** {@code ngrokctl version}: its own, and the daemon's when one runs. */
@Command(name = "version", description = "Say the versions of ngrokctl, of the running daemon and of Java.")
final class VersionCommand extends DaemonCommand {

    /** Without a daemon there is still something to say, so nobody waits long for it. */
    private static final int PATIENCE = 2;

    VersionCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws IOException {
        ByteArrayOutputStream versions = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(versions)) {
            generator.writeStartObject();
            generator.writeStringField("ngrokctl", Version.read());
            daemon(generator);
            generator.writeStringField("java", System.getProperty("java.version"));
            generator.writeEndObject();
        }
        return versions.toByteArray();
    }

    private void daemon(JsonGenerator generator) throws IOException {
        try {
            Fields status = Json.fields(program.socket(program.timeout(PATIENCE)).ask("status"));
            generator.writeStringField("ngrokd", status.text("version").orElse("unknown"));
        } catch (CommandFailure failure) {
            generator.writeNullField("ngrokd");
            generator.writeStringField("ngrokd_error", failure.getMessage());
        }
    }

    @Override
    void show(byte[] data) throws IOException {
        Fields versions = Json.fields(data);
        FactBlock facts = new FactBlock(program.surroundings().terminal());
        facts.add("ngrokctl", versions.text("ngrokctl").orElse("unknown"));
        facts.add("ngrokd", versions.text("ngrokd").or(() -> versions.text("ngrokd_error")).orElse("unknown"));
        facts.add("java", versions.text("java").orElse("unknown"));
        facts.lines().forEach(program.text()::println);
    }
}
