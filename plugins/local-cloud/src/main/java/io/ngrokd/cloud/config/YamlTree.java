package io.ngrokd.cloud.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads YAML text into {@link YamlNode}s. */
final class YamlTree {

    private static final int MAX_DEPTH = 20;

    private final String file;
    private final YAMLParser parser;

    private YamlTree(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static YamlNode read(String file, String text) throws ConfigException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            YamlTree tree = new YamlTree(file, parser);
            if (parser.nextToken() == null) {
                return new YamlNode.Nothing(new Place(file, 1, 1));
            }
            YamlNode root = tree.node(0);
            if (parser.nextToken() != null) {
                throw new ConfigException(tree.here(), "a second document begins", "one YAML document",
                        "remove the line ---");
            }
            return root;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            Place place = at == null ? new Place(file, 0, 0) : new Place(file, at.getLineNr(), at.getColumnNr());
            throw new ConfigException(place, "not valid YAML: " + firstLine(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new ConfigException(new Place(file, 0, 0), "can't be read: " + e.getMessage(), e);
        }
    }

    private YamlNode node(int depth) throws IOException, ConfigException {
        Place place = here();
        if (depth > MAX_DEPTH) {
            throw new ConfigException(place, "nested too deeply", "at most " + MAX_DEPTH + " levels", "flatten it");
        }
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(place, depth);
            case START_ARRAY -> sequence(place, depth);
            case VALUE_NULL -> new YamlNode.Nothing(place);
            default -> new YamlNode.Scalar(place, parser.getText());
        };
    }

    private YamlNode mapping(Place place, int depth) throws IOException, ConfigException {
        List<YamlNode.Entry> entries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            Place keyPlace = here();
            String key = parser.currentName();
            if (!seen.add(key)) {
                throw new ConfigException(keyPlace, "the key \"" + key + "\" stands here a second time",
                        "each key once", "remove one of the two");
            }
            parser.nextToken();
            entries.add(new YamlNode.Entry(key, keyPlace, node(depth + 1)));
        }
        return new YamlNode.Mapping(place, List.copyOf(entries));
    }

    private YamlNode sequence(Place place, int depth) throws IOException, ConfigException {
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node(depth + 1));
        }
        return new YamlNode.Sequence(place, List.copyOf(items));
    }

    private Place here() {
        JsonLocation at = parser.currentTokenLocation();
        return new Place(file, at.getLineNr(), at.getColumnNr());
    }

    private static String firstLine(String message) {
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }
}
