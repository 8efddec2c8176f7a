package io.ngrokd.kernel.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the text of the config file and the environment into a configuration: built-in, then file, then environment.
 * Safe for several threads.
 */
public final class ConfigReader {

    private final Map<String, String> environment;

    public ConfigReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * @param file the file's name, for messages
     * @throws ConfigException with every problem found
     */
    public DaemonConfig read(String file, String text) throws ConfigException {
        return readAll(file, text).config();
    }

    /** The same, and where each value came from. */
    public Effective readAll(String file, String text) throws ConfigException {
        KeyFile keys = new KeyFile(file, text);
        Environment variables = new Environment(environment);
        Values values = new Values();
        Keys.ALL.forEach(key -> read(key, keys, variables, values));
        List<String> problems = new ArrayList<>(keys.problems());
        problems.addAll(variables.problems());
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return Effective.of(values, variables.warnings());
    }

    /** The files that the environment names for values, such as the API key. */
    List<Path> files() {
        return new Environment(environment).files();
    }

    /** The file's value is read in any case: what is wrong in it is said even while a variable comes before it. */
    private static <T> void read(Key<T> key, KeyFile file, Environment variables, Values values) {
        Optional<YamlNode> written = file.find(key);
        written.ifPresent(node -> key.type().read(node, file.source(key))
                .ifPresent(value -> values.put(key, value, file.origin(node))));
        if (!variables.before(key, values) && written.isEmpty()) {
            variables.behind(key, values);
        }
    }
}
