package io.ngrokd.ctl.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** JSON in and out, without binding to classes. */
public final class Json {

    public static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();

    /** The version of what {@code --json} prints; it counts up when a field goes or means something else. */
    public static final int SCHEMA = 1;

    private Json() {
    }

    /** Reads the value as maps, lists, strings, numbers and booleans. */
    public static Object read(byte[] json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return value(parser);
        }
    }

    /** Reads the members of an object; none when the value is not an object. */
    public static Fields fields(byte[] json) throws IOException {
        return Fields.of(read(json));
    }

    public static boolean isObject(byte[] json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return true;
        } catch (JacksonException malformed) {
            return false;
        }
    }

    /** A member of an object, as JSON; {@code null} (the JSON one) when there is none. */
    public static byte[] member(byte[] json, String name) {
        ByteArrayOutputStream member = new ByteArrayOutputStream();
        try (JsonParser parser = FACTORY.createParser(json); JsonGenerator generator = FACTORY.createGenerator(member)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean wanted = parser.currentName().equals(name);
                    parser.nextToken();
                    if (wanted) {
                        generator.copyCurrentStructureExact(parser);
                        break;
                    }
                    parser.skipChildren();
                }
            }
        } catch (IOException noJson) {
            return "null".getBytes(StandardCharsets.US_ASCII);
        }
        return member.size() == 0 ? "null".getBytes(StandardCharsets.US_ASCII) : member.toByteArray();
    }

    /** The elements of an array that fit, digit for digit as they came. */
    public static byte[] elements(byte[] json, Predicate<Fields> fits) throws IOException {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        List<Fields> all = Fields.objectsIn(read(json));
        try (JsonParser parser = FACTORY.createParser(json); JsonGenerator generator = FACTORY.createGenerator(some)) {
            generator.writeStartArray();
            int index = 0;
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    if (parser.currentToken() == JsonToken.START_OBJECT && fits.test(all.get(index++))) {
                        generator.copyCurrentStructureExact(parser);
                    } else {
                        parser.skipChildren();
                    }
                }
            }
            generator.writeEndArray();
        }
        return some.toByteArray();
    }

    /**
     * Prints an answer under the version of its shape: an object gets the version as its first member, an array becomes a
     * member of an object, a sentence likewise.
     *
     * @param name of that member
     * @param lines whether it goes into one line, for streams
     */
    public static void printVersioned(byte[] json, String name, boolean lines, OutputStream output) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json);
                JsonGenerator generator = FACTORY.createGenerator(output)) {
            if (!lines) {
                generator.setPrettyPrinter(printer());
            }
            generator.writeStartObject();
            generator.writeNumberField("schema", SCHEMA);
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    boolean version = parser.currentName().equals("schema");
                    if (version) {
                        parser.nextToken();
                        parser.skipChildren();
                    } else {
                        generator.copyCurrentStructureExact(parser);
                    }
                }
            } else {
                generator.writeFieldName(name);
                generator.copyCurrentStructureExact(parser);
            }
            generator.writeEndObject();
            generator.writeRaw('\n');
        }
        output.flush();
    }

    /** Writes maps, lists, strings, numbers, booleans and null. */
    public static byte[] write(Object value) throws IOException {
        ByteArrayOutputStream json = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(json)) {
            write(generator, value);
        }
        return json.toByteArray();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case Map<?, ?> members -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> member : members.entrySet()) {
                    generator.writeFieldName(member.getKey().toString());
                    write(generator, member.getValue());
                }
                generator.writeEndObject();
            }
            case List<?> elements -> {
                generator.writeStartArray();
                for (Object element : elements) {
                    write(generator, element);
                }
                generator.writeEndArray();
            }
            case Boolean flag -> generator.writeBoolean(flag);
            case Number number -> generator.writeNumber(number.toString());
            case null -> generator.writeNull();
            default -> generator.writeString(value.toString());
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, value(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(value(parser));
                }
                yield elements;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case null, default -> null;
        };
    }

    /** The form that {@code jq} prints. */
    private static DefaultPrettyPrinter printer() {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        Separators separators = Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                .withArrayEmptySeparator("")
                .withObjectEmptySeparator("")
                .withRootSeparator("");
        return new DefaultPrettyPrinter(separators).withArrayIndenter(indent).withObjectIndenter(indent);
    }
}
