package io.ngrokd.ctl.client;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;

/** The commands of the control socket over HTTP, for a daemon whose socket is out of reach. */
public final class HttpCommands implements Commands {

    private final Http http;

    public HttpCommands(Http http) {
        this.http = http;
    }

    @Override
    public byte[] ask(String command, String... arguments) throws CommandFailure {
        return switch (command) {
            case "status" -> http.get("/v1/status");
            case "list" -> Json.member(http.get("/v1/endpoints"), "endpoints");
            case "set-api-key" -> http.ask("POST", "/v1/actions/api-key", object("key", arguments[0]), "application/json");
            case "refresh-cert" -> http.ask("POST", "/v1/actions/refresh-certificate",
                    object("force", List.of(arguments).contains("--force")), "application/json");
            default -> throw new CommandFailure(ExitStatus.ERROR, "There is no '" + command + "' over HTTP.");
        };
    }

    private static byte[] object(String name, Object value) {
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(object)) {
            generator.writeStartObject();
            if (value instanceof Boolean flag) {
                generator.writeBooleanField(name, flag);
            } else {
                generator.writeStringField(name, value.toString());
            }
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return object.toByteArray();
    }
}
