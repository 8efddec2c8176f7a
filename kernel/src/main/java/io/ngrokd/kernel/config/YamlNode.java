package io.ngrokd.kernel.config;

import java.util.List;
import java.util.Map;

/** A piece of the YAML file and where it stands, so that errors can point at it. */
sealed interface YamlNode {

    /** Where it stands in the file. */
    Place place();

    /**
     * A position in the file.
     *
     * @param line from 1
     * @param column from 1
     * @param start offset of the first character, from 0
     * @param end offset behind the last character
     */
    record Place(int line, int column, int start, int end) {}

    /** A mapping; the places of the keys are kept beside their values. */
    record Mapping(Place place, Map<String, Entry> entries) implements YamlNode {}

    /** One entry of a mapping. */
    record Entry(Place keyPlace, YamlNode value) {}

    /** A list. */
    record Sequence(Place place, List<YamlNode> items) implements YamlNode {}

    /** A single value as text, and whether YAML read it as null, number or boolean rather than text. */
    record Scalar(Place place, String text, Kind kind) implements YamlNode {}

    /** What YAML took a scalar for. */
    enum Kind { TEXT, INTEGER, DECIMAL, BOOLEAN, NULL }

    /** Whether it says nothing: a key that is left empty. */
    default boolean isEmpty() {
        return switch (this) {
            case Mapping mapping -> mapping.entries().isEmpty();
            case Sequence sequence -> sequence.items().isEmpty();
            case Scalar scalar -> scalar.kind() == Kind.NULL || scalar.text().isEmpty();
        };
    }

    /** How an error message calls this kind of node without showing what stands in it. */
    default String kindOnly() {
        return this instanceof Scalar scalar && scalar.kind() != Kind.NULL ? "a single value" : describe();
    }

    /** How an error message calls this kind of node. */
    default String describe() {
        return switch (this) {
            case Mapping ignored -> "a group of keys";
            case Sequence ignored -> "a list";
            case Scalar scalar -> switch (scalar.kind()) {
                case TEXT -> "the text '" + scalar.text() + "'";
                case INTEGER, DECIMAL -> "the number " + scalar.text();
                case BOOLEAN -> scalar.text();
                case NULL -> "nothing";
            };
        };
    }
}
