package io.ngrokd.plugin.dns.windows;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@code ConvertTo-Json} of Windows PowerShell makes of objects. */
final class Json {

    private Json() {}

    /**
     * The objects of a list.
     *
     * @throws IllegalArgumentException when it is none
     */
    static List<JsonObject> objects(String text) {
        try {
            List<JsonObject> objects = new ArrayList<>();
            for (Object element : new JsonArray(text)) {
                if (!(element instanceof JsonObject object)) {
                    throw new IllegalArgumentException("'" + element + "' is no object");
                }
                objects.add(object);
            }
            return objects;
        } catch (DecodeException broken) {
            throw new IllegalArgumentException("no list of objects: " + broken.getMessage(), broken);
        }
    }

    /**
     * The strings of a property that has several: a list, one that PowerShell has wrapped with its length, a single one, or null.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    static List<String> strings(JsonObject object, String property) {
        Object value = object.getValue(property);
        if (value instanceof JsonObject wrapped && wrapped.containsKey("value")) {
            value = wrapped.getValue("value");
        }
        return switch (value) {
            case null -> List.of();
            case String single -> List.of(single);
            case JsonArray several -> {
                List<String> strings = new ArrayList<>();
                for (Object each : several) {
                    if (!(each instanceof String string)) {
                        throw new IllegalArgumentException(property + " holds '" + each + "', which is no string");
                    }
                    strings.add(string);
                }
                yield strings;
            }
            default -> throw new IllegalArgumentException(property + " is '" + value + "', and no list of strings");
        };
    }
}
