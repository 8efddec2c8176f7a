package io.ngrokd.cloud.config;

import java.util.List;

/** A YAML value that still knows where it stood, which Jackson's own tree forgets. */
sealed interface YamlNode {

    Place place();

    record Mapping(Place place, List<Entry> entries) implements YamlNode {}

    record Entry(String key, Place place, YamlNode value) {}

    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    record Scalar(Place place, String text) implements YamlNode {}

    /** A key without a value; read as if the key were not there. */
    record Nothing(Place place) implements YamlNode {}

    default String kind() {
        return switch (this) {
            case Mapping _ -> "a mapping";
            case Sequence _ -> "a list";
            case Scalar scalar -> "\"" + scalar.text() + "\"";
            case Nothing _ -> "nothing";
        };
    }
}
