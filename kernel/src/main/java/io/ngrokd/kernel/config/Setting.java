package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;

/**
 * One key with what counts for it. Secrets are masked in everything that this shows.
 *
 * @param key the path, as in {@code net.start_port}
 * @param shown the value; null when nobody set it and there is no fixed default
 * @param without what counts in that case, in words
 * @param secret whether something in it is masked
 */
public record Setting(String key, JsonNode shown, Origin origin, String without, String description, boolean secret) {

    static <T> Setting of(Key<T> key, Values values) {
        return new Setting(key.path(), values.find(key).map(key::json).orElse(NullNode.instance), values.origin(key), key.without(),
                key.description(), key.secret());
    }

    /** The value for people, in one line. */
    public String text() {
        if (shown.isNull()) {
            return "(not set)";
        }
        return shown.isTextual() && !shown.asText().isEmpty() ? shown.asText().replaceAll("\\R", " ") : shown.toString();
    }

    /** Where the value came from, or what counts without one. */
    public String originText() {
        return shown.isNull() ? origin + ": " + without : origin.toString();
    }
}
