package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.YamlNode.Kind;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.config.YamlNode.Scalar;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** A single value. */
final class ScalarType<T> implements ValueType<T> {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Values of variables stand nowhere. */
    private static final Place NOWHERE = new Place(0, 0, 0, 0);

    private final BiFunction<Scalar, String, T> parser;
    private final Function<T, JsonNode> json;
    private final Consumer<ObjectNode> schema;

    /**
     * @param parser gets the value and the name of its source; its {@link IllegalArgumentException} is for the user
     */
    private ScalarType(BiFunction<Scalar, String, T> parser, Function<T, JsonNode> json, Consumer<ObjectNode> schema) {
        this.parser = parser;
        this.json = json;
        this.schema = schema;
    }

    /** Text that a reader turns into a value; the reader's {@link IllegalArgumentException} becomes the problem. */
    static <T> ScalarType<T> parsed(Function<String, T> reader, Function<T, String> shown) {
        return parsed((text, source) -> reader.apply(text), shown);
    }

    /** The same for a reader that wants to know the name of the source. */
    static <T> ScalarType<T> parsed(BiFunction<String, String, T> reader, Function<T, String> shown) {
        return new ScalarType<>((scalar, source) -> reader.apply(scalar.text(), source), value -> JSON.textNode(shown.apply(value)),
                schema -> schema.put("type", "string"));
    }

    /** Any text. */
    static ScalarType<String> text() {
        return parsed(text -> text, text -> text);
    }

    static ScalarType<Integer> number(int least, int most) {
        return new ScalarType<>((scalar, source) -> number(scalar, "", least, most), JSON::numberNode, schema -> limits(schema, least, most));
    }

    /** A time, written in whole seconds. */
    static ScalarType<Duration> seconds(int least, int most) {
        return new ScalarType<>((scalar, source) -> Duration.ofSeconds(number(scalar, " of seconds", least, most)),
                time -> JSON.numberNode(time.toSeconds()), schema -> limits(schema, least, most));
    }

    static ScalarType<Boolean> flag() {
        return new ScalarType<>((scalar, source) -> switch (scalar.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false, found " + scalar.describe());
        }, JSON::booleanNode, schema -> schema.put("type", "boolean"));
    }

    /** One of these words, in whatever case. */
    static ScalarType<String> choice(List<String> words) {
        return new ScalarType<>((scalar, source) -> {
            String word = scalar.text().toLowerCase(Locale.ROOT);
            if (!words.contains(word)) {
                throw new IllegalArgumentException("expected one of " + String.join(", ", words) + ", found '" + scalar.text() + "'");
            }
            return word;
        }, JSON::textNode, schema -> words.forEach(schema.put("type", "string").putArray("enum")::add));
    }

    /** The same with more in its schema. */
    ScalarType<T> with(Consumer<ObjectNode> more) {
        return new ScalarType<>(parser, json, schema.andThen(more));
    }

    private static int number(Scalar scalar, String unit, int least, int most) {
        try {
            int number = Integer.parseInt(scalar.text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with the range.
        }
        throw new IllegalArgumentException("expected a whole number" + unit + " from " + least + " to " + most + ", found " + scalar.describe());
    }

    private static void limits(ObjectNode schema, int least, int most) {
        schema.put("type", "integer").put("minimum", least).put("maximum", most);
    }

    @Override
    public Optional<T> read(YamlNode node, Source source) {
        if (!(node instanceof Scalar scalar)) {
            source.wrong(node.place(), "expected a single value, found " + node.describe());
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(scalar, source.name()));
        } catch (IllegalArgumentException refused) {
            source.wrong(scalar.place(), refused.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Optional<T> readVariable(String text, Source source) {
        String value = text.strip();
        return read(new Scalar(NOWHERE, value, value.matches("[-+]?\\d+") ? Kind.INTEGER : Kind.TEXT), source);
    }

    @Override
    public JsonNode json(T value) {
        return json.apply(value);
    }

    @Override
    public ObjectNode schema() {
        ObjectNode node = JSON.objectNode();
        schema.accept(node);
        return node;
    }
}
