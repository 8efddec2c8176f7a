package io.ngrokd.cloud.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One mapping of the file with a fixed set of keys; anything else in it is refused. */
final class Section {

    private final String name;
    private final YamlNode.Mapping mapping;

    private Section(String name, YamlNode.Mapping mapping) {
        this.name = name;
        this.mapping = mapping;
    }

    static Section of(String name, YamlNode node, List<String> keys) throws ConfigException {
        return switch (node) {
            case YamlNode.Mapping mapping -> {
                for (YamlNode.Entry entry : mapping.entries()) {
                    if (!keys.contains(entry.key())) {
                        throw new ConfigException(entry.place(), "unknown key \"" + entry.key() + "\" in " + name,
                                "one of " + String.join(", ", keys),
                                Nearest.to(entry.key(), keys).map(near -> "did you mean \"" + near + "\"?")
                                        .orElse("remove it"));
                    }
                }
                yield new Section(name, mapping);
            }
            case YamlNode.Nothing nothing -> new Section(name, new YamlNode.Mapping(nothing.place(), List.of()));
            default -> throw new ConfigException(node.place(), name + " is " + node.kind(),
                    "a mapping of " + String.join(", ", keys), "write key: value lines");
        };
    }

    Place place() {
        return mapping.place();
    }

    Place placeOf(String key) {
        return mapping.entries().stream().filter(entry -> entry.key().equals(key)).findFirst()
                .map(entry -> entry.value().place()).orElse(place());
    }

    Optional<YamlNode> node(String key) {
        return mapping.entries().stream().filter(entry -> entry.key().equals(key)).findFirst()
                .map(YamlNode.Entry::value).filter(value -> !(value instanceof YamlNode.Nothing));
    }

    Section section(String key, List<String> keys) throws ConfigException {
        return of(key, node(key).orElse(new YamlNode.Nothing(place())), keys);
    }

    List<YamlNode> items(String key) throws ConfigException {
        Optional<YamlNode> node = node(key);
        if (node.isEmpty()) {
            return List.of();
        }
        return switch (node.get()) {
            case YamlNode.Sequence sequence -> sequence.items();
            case YamlNode other -> throw new ConfigException(other.place(), key + " is " + other.kind(), "a list",
                    "begin each item with \"- \"");
        };
    }

    Optional<String> text(String key) throws ConfigException {
        Optional<YamlNode> node = node(key);
        return node.isEmpty() ? Optional.empty() : Optional.of(scalar(key, node.get()));
    }

    List<String> texts(String key) throws ConfigException {
        List<String> texts = new ArrayList<>();
        for (YamlNode item : items(key)) {
            texts.add(scalar("an item of " + key, item));
        }
        return List.copyOf(texts);
    }

    boolean flag(String key) throws ConfigException {
        Optional<String> text = text(key);
        return switch (text.orElse("false").toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new ConfigException(placeOf(key), name + "." + key + " is \"" + text.orElse("") + "\"",
                    "true or false", "write one of them");
        };
    }

    int number(String key, int otherwise, int least, int most) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text.get().strip());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw badNumber(key, text.get(), least, most);
        }
        throw badNumber(key, text.get(), least, most);
    }

    Duration duration(String key, Duration otherwise) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return Durations.parse(text.get()).orElseThrow(() -> new ConfigException(placeOf(key),
                name + "." + key + " is \"" + text.get() + "\"", "a number with a unit, such as 500ms, 30s, 12h or 90d",
                "add the unit"));
    }

    HostPort address(String key, HostPort otherwise) throws ConfigException {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return HostPort.parse(text.get()).orElseThrow(() -> new ConfigException(placeOf(key),
                name + "." + key + " is \"" + text.get() + "\"", "host:port, such as " + otherwise,
                "give both a host and a port from 0 to 65535"));
    }

    private ConfigException badNumber(String key, String text, int least, int most) {
        return new ConfigException(placeOf(key), name + "." + key + " is \"" + text + "\"",
                "a whole number from " + least + " to " + most, "correct it");
    }

    private static String scalar(String what, YamlNode node) throws ConfigException {
        if (node instanceof YamlNode.Scalar scalar) {
            return scalar.text();
        }
        throw new ConfigException(node.place(), what + " is " + node.kind(), "a single value",
                "put the value on the same line");
    }
}
