package io.ngrokd.kernel.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The shape of documents: each says which version of it this is, first of all. */
final class Shape {

    static final ObjectMapper JSON = new ObjectMapper();
    /** Counts up when a field goes or means something else; new fields are no new version. */
    private static final int VERSION = 1;

    private Shape() {}

    static ObjectNode document() {
        return JSON.createObjectNode().put("schema", VERSION);
    }

    static ObjectNode of(ObjectNode fields) {
        return document().setAll(fields);
    }

    static ObjectNode of(String name, JsonNode value) {
        return document().set(name, value);
    }

    static Reply message(String sentence) {
        return Reply.json(document().put("message", sentence));
    }
}
