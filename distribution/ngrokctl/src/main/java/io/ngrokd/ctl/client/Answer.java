package io.ngrokd.ctl.client;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ngrokd.ctl.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The daemon's answer to one command.
 *
 * @param success whether the command was carried out
 * @param error why not; empty when the daemon gave no reason
 * @param data what it returned, as JSON in UTF-8; {@code null} (the JSON one) when it returned nothing
 */
record Answer(boolean success, String error, byte[] data) {

    /**
     * Reads one answer and stops right behind it, whether the daemon closes the connection or not.
     *
     * @throws EOFException when the stream ends before anything was said
     * @throws com.fasterxml.jackson.core.JacksonException when it is not JSON or breaks off
     */
    static Answer read(InputStream input) throws IOException {
        boolean success = false;
        String error = "";
        byte[] data = "null".getBytes(StandardCharsets.US_ASCII);
        try (JsonParser parser = Json.FACTORY.createParser(input)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new EOFException();
            }
            if (first != JsonToken.START_OBJECT) {
                throw new IOException("it is no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "success" -> success = value == JsonToken.VALUE_TRUE;
                    case "error" -> error = value == JsonToken.VALUE_NULL ? "" : parser.getValueAsString("");
                    case "data" -> data = copy(parser);
                    default -> { }
                }
                parser.skipChildren();
            }
        }
        return new Answer(success, error, data);
    }

    private static byte[] copy(JsonParser parser) throws IOException {
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(copy)) {
            generator.copyCurrentStructureExact(parser);
        }
        return copy.toByteArray();
    }
}
