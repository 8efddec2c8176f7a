package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.YamlNode.Entry;
import io.ngrokd.kernel.config.YamlNode.Mapping;
import io.ngrokd.kernel.config.YamlNode.Place;

/** Puts an API key into the text of a config file and changes not a character besides. */
final class ApiKeyEditor {

    private ApiKeyEditor() {}

    /**
     * @param file the file's name, for messages
     * @return the text with {@code api.key} set
     * @throws ConfigException when the text is no YAML that an entry can be put into
     */
    static String setKey(String file, String text, String key) throws ConfigException {
        String quoted = '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        Mapping top = YamlParser.parse(file, text);
        Entry api = top.entries().get("api");
        if (api == null) {
            String gap = text.isEmpty() || text.endsWith("\n") ? "" : "\n";
            return text + gap + "api:\n  key: " + quoted + "\n";
        }
        if (!(api.value() instanceof Mapping group)) {
            int behindColon = text.indexOf(':', api.keyPlace().start()) + 1;
            return text.substring(0, behindColon) + "\n  key: " + quoted + text.substring(behindColon);
        }
        Entry old = group.entries().get("key");
        if (old != null) {
            Place place = old.value().place();
            String gap = place.start() > 0 && text.charAt(place.start() - 1) == ':' ? " " : "";
            return text.substring(0, place.start()) + gap + quoted + text.substring(place.end());
        }
        Place first = group.entries().values().iterator().next().keyPlace();
        boolean flow = text.charAt(group.place().start()) == '{';
        String separator = flow ? ", " : "\n" + " ".repeat(first.column() - 1);
        return text.substring(0, first.start()) + "key: " + quoted + separator + text.substring(first.start());
    }
}
