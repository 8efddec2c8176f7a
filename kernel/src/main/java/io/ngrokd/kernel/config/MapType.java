package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Place;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A group whose keys are host names that the user chooses. */
final class MapType implements ValueType<Map<String, String>> {

    private static final Place NOWHERE = new Place(0, 0, 0, 0);

    private final ScalarType<String> values;

    MapType(ScalarType<String> values) {
        this.values = values;
    }

    @Override
    public Optional<Map<String, String>> read(YamlNode node, Source source) {
        if (!(node instanceof Mapping mapping)) {
            source.wrong(node.place(), "expected keys below it, found " + node.kindOnly());
            return Optional.empty();
        }
        Map<String, String> read = new TreeMap<>();
        mapping.entries().forEach((name, entry) -> {
            if (!entry.value().isEmpty()) {
                values.read(entry.value(), new Source(source.name(), (place, message) -> source.wrong(place, name + ": " + message)))
                        .ifPresent(value -> read.put(name.toLowerCase(Locale.ROOT), value));
            }
        });
        return Optional.of(Map.copyOf(read));
    }

    /** {@code host=where,host=where}. */
    @Override
    public Optional<Map<String, String>> readVariable(String text, Source source) {
        Map<String, String> read = new TreeMap<>();
        for (String item : VariableList.items(text)) {
            int equals = item.indexOf('=');
            if (equals <= 0 || item.substring(equals + 1).isBlank()) {
                source.wrong(NOWHERE, "expected HOST=WHERE,HOST=WHERE, found '" + item + "'");
            } else {
                values.readVariable(item.substring(equals + 1), source)
                        .ifPresent(value -> read.put(item.substring(0, equals).strip().toLowerCase(Locale.ROOT), value));
            }
        }
        return Optional.of(Map.copyOf(read));
    }

    @Override
    public JsonNode json(Map<String, String> value) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(value).forEach((name, text) -> object.set(name, values.json(text)));
        return object;
    }

    @Override
    public ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode value = schema.putObject("additionalProperties");
        value.setAll(values.schema());
        value.putArray("type").add("string").add("null");
        return schema;
    }
}
