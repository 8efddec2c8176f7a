package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.YamlNode.Entry;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Scalar;
import io.ngrokd.kernel.config.YamlNode.Sequence;
import io.ngrokd.kernel.config.YamlParser.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A config file's keys, sorted out against those that there are. Collects every problem, so that the user sees all at once. */
final class KeyFile {

    private static final Map<String, Key<?>> KEYS = new HashMap<>();

    private final String file;
    private final Map<String, YamlNode> values = new HashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    static {
        Keys.ALL.forEach(key -> KEYS.put(key.path(), key));
    }

    /**
     * @param file the file's name, for messages
     * @throws ConfigException when the text is no YAML; whatever else is wrong is among the {@link #problems}
     */
    KeyFile(String file, String text) throws ConfigException {
        this.file = file;
        group("", YamlParser.parse(file, text, problems));
    }

    /** What the file has for a key; empty when it is not there or left empty. */
    Optional<YamlNode> find(Key<?> key) {
        return Optional.ofNullable(values.get(key.path())).filter(value -> !value.isEmpty());
    }

    /** Where a key's value is read from. */
    Source source(Key<?> key) {
        return new Source(key.path(), (place, message) -> problems.add(new Problem(place, key.path() + ": " + message)));
    }

    Origin origin(YamlNode value) {
        return new Origin.InFile(file, value.place().line());
    }

    /** What is wrong, in the order of the file. */
    List<String> problems() {
        return problems.stream().sorted(Comparator.comparingInt((Problem problem) -> problem.place().line())
                        .thenComparingInt(problem -> problem.place().column()))
                .map(problem -> problem.in(file)).toList();
    }

    private void group(String path, Mapping mapping) {
        mapping.entries().forEach((name, entry) -> {
            String below = path.isEmpty() ? name : path + "." + name;
            if (KEYS.containsKey(below)) {
                values.put(below, entry.value());
            } else if (Keys.GROUPS.containsKey(below)) {
                group(below, entry);
            } else {
                problems.add(new Problem(entry.keyPlace(), "unknown key '" + withoutValue(below) + "'; " + mend(path, name)));
            }
        });
    }

    private void group(String path, Entry entry) {
        if (entry.value() instanceof Mapping group) {
            group(path, group);
        } else if (entry.value() instanceof Sequence || entry.value() instanceof Scalar scalar && scalar.kind() != YamlNode.Kind.NULL) {
            // Without the value: behind a forgotten space stands what should have been a key's, perhaps a secret.
            problems.add(new Problem(entry.value().place(), path + ": expected keys below it, found " + entry.value().kindOnly()));
        }
    }

    private static String mend(String group, String name) {
        if (name.indexOf(':') >= 0) {
            return "write a space behind the colon";
        }
        Set<String> known = known(group);
        return Nearest.of(name, known).map(near -> "did you mean '" + near + "'?")
                .or(() -> elsewhere(name).map(path -> "it belongs to '" + path.group() + "': " + path.path()))
                .orElseGet(() -> "known here: " + String.join(", ", known));
    }

    /** A key that is right, but in the wrong group: an indentation slipped. */
    private static Optional<Key<?>> elsewhere(String name) {
        List<Key<?>> same = Keys.ALL.stream().filter(key -> key.name().equals(name) && !key.group().isEmpty()).toList();
        return same.size() == 1 ? Optional.of(same.getFirst()) : Optional.empty();
    }

    /** The keys and groups directly below a group. */
    private static Set<String> known(String group) {
        Set<String> names = new LinkedHashSet<>();
        String prefix = group.isEmpty() ? "" : group + ".";
        for (Key<?> key : Keys.ALL) {
            if (key.path().startsWith(prefix)) {
                names.add(key.path().substring(prefix.length()).replaceFirst("\\..*", ""));
            }
        }
        return names;
    }

    /** {@code key:SECRET} is a key to YAML; the space was forgotten. */
    private static String withoutValue(String key) {
        int colon = key.indexOf(':');
        return colon < 0 ? key : key.substring(0, colon + 1);
    }
}
