package io.ngrokd.kernel.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.ngrokd.kernel.config.YamlNode.Entry;
import io.ngrokd.kernel.config.YamlNode.Kind;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.config.YamlNode.Scalar;
import io.ngrokd.kernel.config.YamlNode.Sequence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads YAML text into nodes that know their place. Jackson does the YAML, this keeps the places. */
final class YamlParser {

    /** Something wrong at a place of the file. */
    record Problem(Place place, String message) {

        /** For people: {@code FILE:LINE:COLUMN: message}. */
        String in(String file) {
            return file + ":" + place.line() + ":" + place.column() + ": " + message;
        }
    }

    private final String file;
    private final YAMLParser parser;
    private final List<Problem> twice = new ArrayList<>();

    private YamlParser(String file, YAMLParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /**
     * @param file the file's name, for messages
     * @return the top mapping; empty for an empty file
     * @throws ConfigException when the text is no YAML, or its top is no mapping, or a key stands twice
     */
    static Mapping parse(String file, String text) throws ConfigException {
        List<Problem> twice = new ArrayList<>();
        Mapping top = parse(file, text, twice);
        if (!twice.isEmpty()) {
            throw new ConfigException(twice.stream().map(problem -> problem.in(file)).toList());
        }
        return top;
    }

    /** The value that the text is, as it would stand behind a key. */
    static YamlNode value(String file, String text) throws ConfigException {
        return parse(file, "value: " + text).entries().get("value").value();
    }

    /**
     * The same as {@link #parse(String, String)}, but goes on behind a key that stands twice. Groups that do are taken together.
     *
     * @param twice takes a message for each such key
     */
    static Mapping parse(String file, String text, List<Problem> twice) throws ConfigException {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            YamlParser document = new YamlParser(file, parser);
            Mapping top = document.document();
            twice.addAll(document.twice);
            return top;
        } catch (JsonProcessingException malformed) {
            String tab = text.contains("\t") ? " (there are tabs in the file; YAML wants spaces)" : "";
            throw new ConfigException(where(file, malformed) + ": this is no YAML: " + firstLine(malformed.getOriginalMessage()) + tab);
        } catch (IOException impossible) {
            throw new ConfigException(file + ": cannot be read: " + impossible.getMessage());
        }
    }

    private static String where(String file, JsonProcessingException malformed) {
        // Jackson's own location is that of the last good token; the YAML parser underneath knows the bad one.
        if (malformed.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            return file + ":" + (marked.getProblemMark().getLine() + 1) + ":" + (marked.getProblemMark().getColumn() + 1);
        }
        JsonLocation at = malformed.getLocation();
        return at == null ? file : file + ":" + at.getLineNr() + ":" + at.getColumnNr();
    }

    private Mapping document() throws IOException, ConfigException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return new Mapping(new Place(1, 1, 0, 0), Map.of());
        }
        if (node() instanceof Mapping mapping) {
            if (parser.nextToken() != null) {
                throw problem(place(), "a second document begins here; a config file has one");
            }
            return mapping;
        }
        throw new ConfigException(file + ":1:1: expected keys such as 'api:' and 'net:' at the top");
    }

    private YamlNode node() throws IOException, ConfigException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping();
            case START_ARRAY -> sequence();
            case VALUE_NULL -> new Scalar(place(), "", Kind.NULL);
            case VALUE_TRUE, VALUE_FALSE -> new Scalar(place(), parser.getText(), Kind.BOOLEAN);
            case VALUE_NUMBER_INT -> new Scalar(place(), parser.getText(), Kind.INTEGER);
            case VALUE_NUMBER_FLOAT -> new Scalar(place(), parser.getText(), Kind.DECIMAL);
            default -> new Scalar(place(), parser.getText(), parser.getText().isEmpty() && isBare() ? Kind.NULL : Kind.TEXT);
        };
    }

    /** An empty value without quotes ({@code key:}) comes from the parser as empty text. */
    private boolean isBare() {
        Place place = place();
        return place.start() == place.end();
    }

    private Mapping mapping() throws IOException, ConfigException {
        Place start = place();
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            Place keyPlace = place();
            parser.nextToken();
            Entry entry = new Entry(keyPlace, node());
            Entry earlier = entries.put(key, entry);
            if (earlier != null) {
                twice.add(new Problem(keyPlace, "'" + key + "' stands twice, first in line " + earlier.keyPlace().line() + "; keep one"));
                if (earlier.value() instanceof Mapping first && entry.value() instanceof Mapping second) {
                    Map<String, Entry> both = new LinkedHashMap<>(first.entries());
                    both.putAll(second.entries());
                    entries.put(key, new Entry(keyPlace, new Mapping(first.place(), both)));
                }
            }
        }
        return new Mapping(start, entries);
    }

    private Sequence sequence() throws IOException, ConfigException {
        Place start = place();
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(node());
        }
        return new Sequence(start, items);
    }

    private Place place() {
        JsonLocation start = parser.currentTokenLocation();
        JsonLocation end = parser.currentLocation();
        return new Place(start.getLineNr(), start.getColumnNr(), (int) start.getCharOffset(), (int) end.getCharOffset());
    }

    private ConfigException problem(Place place, String message) {
        return new ConfigException(file + ":" + place.line() + ":" + place.column() + ": " + message);
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
