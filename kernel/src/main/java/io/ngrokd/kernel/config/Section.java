package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.YamlNode.Entry;
import io.ngrokd.kernel.config.YamlNode.Kind;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.config.YamlNode.Scalar;
import io.ngrokd.kernel.config.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * One group of keys, read key by key: each getter says what it expects, collects what is wrong and goes on with the
 * default, so that the user sees all problems at once. {@link #close()} refuses the keys that nobody asked for.
 */
final class Section implements AutoCloseable {

    private final String file;
    private final String path;
    private final Mapping mapping;
    private final List<String> problems;
    private final Set<String> known = new LinkedHashSet<>();

    private Section(String file, String path, Mapping mapping, List<String> problems) {
        this.file = file;
        this.path = path;
        this.mapping = mapping;
        this.problems = problems;
    }

    static Section top(String file, Mapping mapping, List<String> problems) {
        return new Section(file, "", mapping, problems);
    }

    /** A group below this one; an absent one reads as empty. */
    Section section(String key) {
        Mapping below = find(key).map(Entry::value).map(value -> {
            if (value instanceof Mapping group) {
                return group;
            }
            if (!(value instanceof Scalar scalar && scalar.kind() == Kind.NULL)) {
                // Without the value: behind a forgotten space stands what should have been a key's, perhaps a secret.
                wrong(key, value.place(), "expected keys below it, found " + value.kindOnly());
            }
            return null;
        }).orElse(new Mapping(mapping.place(), Map.of()));
        return new Section(file, qualified(key), below, problems);
    }

    Optional<String> text(String key) {
        return scalar(key).map(Scalar::text);
    }

    String text(String key, String otherwise) {
        return text(key).filter(value -> !value.isEmpty()).orElse(otherwise);
    }

    /** A text that a reader turns into a value; the reader's {@link IllegalArgumentException} becomes the problem. */
    <T> Optional<T> value(String key, Function<String, T> reader) {
        return scalar(key).filter(scalar -> !scalar.text().isEmpty()).flatMap(scalar -> {
            try {
                return Optional.of(reader.apply(scalar.text()));
            } catch (IllegalArgumentException refused) {
                wrong(key, scalar.place(), refused.getMessage());
                return Optional.empty();
            }
        });
    }

    int integer(String key, int otherwise, int least, int most) {
        return integer(key, least, most).orElse(otherwise);
    }

    /** A number that has no fixed default. */
    OptionalInt integer(String key, int least, int most) {
        return integer(key, least, most, "");
    }

    private OptionalInt integer(String key, int least, int most, String unit) {
        Optional<Scalar> found = scalar(key);
        if (found.isPresent()) {
            try {
                int number = Integer.parseInt(found.get().text());
                if (number >= least && number <= most) {
                    return OptionalInt.of(number);
                }
            } catch (NumberFormatException notANumber) {
                // Said below, together with the range.
            }
            wrong(key, found.get().place(),
                    "expected a whole number" + unit + " from " + least + " to " + most + ", found " + found.get().describe());
        }
        return OptionalInt.empty();
    }

    /** A time, written in whole seconds. */
    Duration seconds(String key, int otherwise, int least, int most) {
        return Duration.ofSeconds(integer(key, least, most, " of seconds").orElse(otherwise));
    }

    boolean flag(String key, boolean otherwise) {
        return scalar(key).filter(scalar -> !scalar.text().isEmpty()).map(scalar -> switch (scalar.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                wrong(key, scalar.place(), "expected true or false, found " + scalar.describe());
                yield otherwise;
            }
        }).orElse(otherwise);
    }

    List<String> texts(String key, List<String> otherwise) {
        return find(key).map(Entry::value).map(value -> switch (value) {
            case Sequence sequence when !sequence.items().isEmpty() -> {
                List<String> texts = new ArrayList<>();
                for (YamlNode item : sequence.items()) {
                    if (item instanceof Scalar scalar && scalar.kind() != Kind.NULL) {
                        texts.add(scalar.text());
                    } else {
                        wrong(key, item.place(), "expected a text in this list, found " + item.describe());
                    }
                }
                yield List.copyOf(texts);
            }
            case Sequence ignored -> otherwise;
            case Scalar scalar when scalar.kind() == Kind.NULL -> otherwise;
            default -> {
                wrong(key, value.place(), "expected a list such as ['true'], found " + value.describe());
                yield otherwise;
            }
        }).orElse(otherwise);
    }

    /** A group whose keys the user chooses. */
    Map<String, String> texts(String key) {
        Section group = section(key);
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : group.mapping.entries().keySet()) {
            group.text(name).ifPresent(value -> texts.put(name, value));
        }
        return Map.copyOf(texts);
    }

    /** Records a problem with a key's value. */
    void wrong(String key, String message) {
        wrong(key, find(key).map(entry -> entry.value().place()).orElse(mapping.place()), message);
    }

    @Override
    public void close() {
        mapping.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String mend = key.indexOf(':') >= 0 ? "write a space behind the colon" : Nearest.of(key, known).map(near -> "did you mean '" + near + "'?")
                        .orElse("known here: " + String.join(", ", known));
                problems.add(where(entry.keyPlace()) + "unknown key '" + qualified(withoutValue(key)) + "'; " + mend);
            }
        });
    }

    private Optional<Scalar> scalar(String key) {
        return find(key).map(Entry::value).map(value -> {
            if (value instanceof Scalar scalar) {
                return scalar.kind() == Kind.NULL ? null : scalar;
            }
            wrong(key, value.place(), "expected a single value, found " + value.describe());
            return null;
        });
    }

    private Optional<Entry> find(String key) {
        known.add(key);
        return Optional.ofNullable(mapping.entries().get(key));
    }

    private void wrong(String key, Place place, String message) {
        problems.add(where(place) + qualified(key) + ": " + message);
    }

    private String where(Place place) {
        return file + ":" + place.line() + ":" + place.column() + ": ";
    }

    /** {@code key:SECRET} is a key to YAML; the space was forgotten. */
    private static String withoutValue(String key) {
        int colon = key.indexOf(':');
        return colon < 0 ? key : key.substring(0, colon + 1);
    }

    private String qualified(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
