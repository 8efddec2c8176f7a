package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.YamlNode.Kind;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.config.YamlNode.Scalar;
import io.ngrokd.kernel.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of single values. */
final class ListType<E> implements ValueType<List<E>> {

    private final ScalarType<E> items;
    private final String example;

    /**
     * @param example how such a list is written
     */
    ListType(ScalarType<E> items, String example) {
        this.items = items;
        this.example = example;
    }

    @Override
    public Optional<List<E>> read(YamlNode node, Source source) {
        if (!(node instanceof Sequence sequence)) {
            source.wrong(node.place(), "expected a list such as " + example + ", found " + node.describe());
            return Optional.empty();
        }
        List<E> values = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            if (item instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
                items.read(new Scalar(scalar.place(), scalar.text().strip(), scalar.kind()), source).ifPresent(values::add);
            } else {
                source.wrong(item.place(), "expected a text in this list, found " + item.describe());
            }
        }
        return Optional.of(List.copyOf(values));
    }

    /** {@code a,b}, or {@code [a, b]} as in the file. */
    @Override
    public Optional<List<E>> readVariable(String text, Source source) {
        String list = text.strip();
        if (list.startsWith("[") && list.endsWith("]")) {
            try {
                return read(YamlParser.value(source.name(), list), source);
            } catch (ConfigException malformed) {
                source.wrong(new Place(0, 0, 0, 0), "expected a list such as a,b or " + example + "; this is none: " + malformed.getMessage());
                return Optional.empty();
            }
        }
        List<E> values = new ArrayList<>();
        for (String item : VariableList.items(list)) {
            items.readVariable(item, source).ifPresent(values::add);
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(values));
    }

    @Override
    public JsonNode json(List<E> value) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        value.forEach(item -> array.add(items.json(item)));
        return array;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "array");
        ObjectNode item = schema.putObject("items");
        item.setAll(items.schema());
        if (item.path("type").asText().equals("string") && !item.has("pattern")) {
            // To YAML, true is no text.
            item.putArray("type").add("string").add("boolean");
        }
        return schema;
    }
}
