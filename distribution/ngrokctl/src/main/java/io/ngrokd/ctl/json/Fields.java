package io.ngrokd.ctl.json;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The members of a JSON object, read forgivingly: what is missing or of another type than expected is absent. */
public final class Fields {

    private final Map<?, ?> members;

    private Fields(Map<?, ?> members) {
        this.members = members;
    }

    static Fields of(Object value) {
        return new Fields(value instanceof Map<?, ?> map ? map : Map.of());
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    public boolean has(String name) {
        return members.get(name) != null;
    }

    /** A string that is not empty, or a number as text. */
    public Optional<String> text(String name) {
        return switch (members.get(name)) {
            case String string when !string.isBlank() -> Optional.of(string);
            case Number number -> Optional.of(number.toString());
            case null, default -> Optional.empty();
        };
    }

    public OptionalLong number(String name) {
        return members.get(name) instanceof Number number ? OptionalLong.of(number.longValue()) : OptionalLong.empty();
    }

    public Optional<Boolean> flag(String name) {
        return members.get(name) instanceof Boolean flag ? Optional.of(flag) : Optional.empty();
    }

    /** The object of that name; one without members when there is none. */
    public Fields object(String name) {
        return of(members.get(name));
    }

    /** The objects in the array of that name. */
    public List<Fields> objects(String name) {
        return objectsIn(members.get(name));
    }

    /** The strings in the array of that name. */
    public List<String> texts(String name) {
        return members.get(name) instanceof List<?> list
                ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList()
                : List.of();
    }

    /** The members as they are, in their order: maps, lists, strings, numbers and booleans. */
    public Map<?, ?> all() {
        return members;
    }

    /** The objects that are this object's members, in their order. */
    public List<Fields> values() {
        return members.values().stream().filter(Map.class::isInstance).map(Fields::of).toList();
    }

    /** The objects in an array. */
    public static List<Fields> objectsIn(Object value) {
        return value instanceof List<?> list
                ? list.stream().filter(Map.class::isInstance).map(Fields::of).toList()
                : List.of();
    }
}
