package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The JSON schema of the config file, for editors, made from the keys. */
public final class ConfigSchema {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private ConfigSchema() {}

    /** Draft 7, which the YAML support of editors knows best. */
    public static ObjectNode document() {
        ObjectNode schema = JSON.objectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#");
        schema.put("title", "ngrokd configuration");
        schema.put("description", "config.yml of ngrokd. Every key may be left out or left empty; then its default counts.");
        group(schema, "");
        return schema;
    }

    private static void group(ObjectNode schema, String path) {
        orNull(schema.put("type", "object"));
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        String prefix = path.isEmpty() ? "" : path + ".";
        for (Key<?> key : Keys.ALL) {
            if (!key.path().startsWith(prefix)) {
                continue;
            }
            String below = key.path().substring(prefix.length());
            int dot = below.indexOf('.');
            if (dot < 0) {
                properties.set(below, property(key));
            } else if (!properties.has(below.substring(0, dot))) {
                String group = below.substring(0, dot);
                group(properties.putObject(group).put("description", Keys.GROUPS.get(prefix + group)), prefix + group);
            }
        }
    }

    private static <T> ObjectNode property(Key<T> key) {
        ObjectNode property = JSON.objectNode();
        List<String> words = new ArrayList<>(List.of(key.description()));
        if (!key.without().isEmpty()) {
            words.add("Without it: " + key.without() + ".");
        }
        if (key.restart()) {
            words.add("Counts from the next start.");
        }
        words.add("Environment: " + String.join(", ", key.variablesBeforeFile()) + ".");
        property.put("description", String.join(" ", words));
        property.setAll(key.type().schema());
        orNull(property);
        if (key.without().isEmpty()) {
            key.fallback().apply(new Values()).ifPresent(value -> property.set("default", key.type().json(value)));
        }
        return property;
    }

    /** A key may be left empty. */
    private static void orNull(ObjectNode schema) {
        JsonNode type = schema.get("type");
        schema.putArray("type").add(type.asText()).add("null");
        if (schema.get("enum") instanceof ArrayNode words) {
            words.addNull();
        }
    }
}
