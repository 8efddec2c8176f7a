package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.YamlNode.Entry;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Place;
import io.ngrokd.kernel.config.YamlNode.Scalar;

/** Puts an API key into the text of a config file and changes not a character besides. */
final class ApiKeyEditor {

    private ApiKeyEditor() {}

    /**
     * @param file the file's name, for messages
     * @return the text with {@code api.key} set
     * @throws ConfigException when the text is no YAML that an entry can be put into
     */
    static String setKey(String file, String text, String key) throws ConfigException {
        String edited = edit(file, text, key);
        boolean isIn = YamlParser.parse(file, edited).entries().get("api") instanceof Entry api && api.value() instanceof Mapping group
                && group.entries().get("key") instanceof Entry entry && entry.value() instanceof Scalar scalar && scalar.text().equals(key);
        if (!isIn) {
            throw new ConfigException(file + ": 'api' is written in a way that no key can be put into; write it as a group with 'key:' in it");
        }
        return edited;
    }

    private static String edit(String file, String text, String key) throws ConfigException {
        String quoted = '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        Mapping top = YamlParser.parse(file, text);
        Entry api = top.entries().get("api");
        if (api == null) {
            String gap = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
            return text + gap + "api:\n  key: " + quoted + "\n";
        }
        if (!(api.value() instanceof Mapping group) || group.entries().isEmpty()) {
            // Nothing below it yet: "api:", "api: ~", "api: {}".
            int start = at(text, api.keyPlace().start());
            int end = api.value() instanceof Mapping ? text.indexOf('}', start) + 1 : at(text, api.value().place().end());
            int behindColon = text.indexOf(':', start) + 1;
            return text.substring(0, behindColon) + "\n  key: " + quoted + text.substring(Math.max(end, behindColon));
        }
        Entry old = group.entries().get("key");
        if (old != null) {
            int start = at(text, old.value().place().start());
            String gap = start > 0 && text.charAt(start - 1) == ':' ? " " : "";
            return text.substring(0, start) + gap + quoted + text.substring(at(text, old.value().place().end()));
        }
        Place first = group.entries().values().iterator().next().keyPlace();
        boolean flow = text.charAt(at(text, group.place().start())) == '{';
        String separator = flow ? ", " : "\n" + " ".repeat(first.column() - 1);
        int start = at(text, first.start());
        return text.substring(0, start) + "key: " + quoted + separator + text.substring(start);
    }

    /** The parser counts characters as people do, Java's strings count some of them twice. */
    private static int at(String text, int offset) {
        return text.offsetByCodePoints(0, offset);
    }
}
