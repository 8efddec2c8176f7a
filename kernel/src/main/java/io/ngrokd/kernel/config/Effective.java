package io.ngrokd.kernel.config;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/** A configuration together with where each value of it came from. Immutable. */
public final class Effective {

    /** The version of the JSON shape; counts up when something in it changes its meaning. */
    private static final int SHAPE = 1;

    private final DaemonConfig config;
    private final List<Setting> settings;
    private final List<String> warnings;
    private final List<Object> values;

    private Effective(DaemonConfig config, List<Setting> settings, List<Object> values, List<String> warnings) {
        this.config = config;
        this.settings = List.copyOf(settings);
        this.values = values;
        this.warnings = List.copyOf(warnings);
    }

    static Effective of(Values read, List<String> warnings) {
        List<Object> values = new ArrayList<>();
        Keys.ALL.forEach(key -> values.add(read.find(key)));
        return new Effective(Assembly.config(read), Keys.ALL.stream().map(key -> Setting.of(key, read)).toList(), values, warnings);
    }

    /** What the daemon works with. */
    public DaemonConfig config() {
        return config;
    }

    /** Every key, in the order of the reference file. */
    public List<Setting> settings() {
        return settings;
    }

    /** What is odd without being wrong, for the user. */
    public List<String> warnings() {
        return warnings;
    }

    /** The keys whose values differ. Secrets count, though nothing of them is shown. */
    public List<String> changedFrom(Effective before) {
        List<String> changed = new ArrayList<>();
        for (int index = 0; index < settings.size(); index++) {
            if (!Objects.equals(values.get(index), before.values.get(index))) {
                changed.add(settings.get(index).key());
            }
        }
        return List.copyOf(changed);
    }

    /** Those of {@link #changedFrom} that count only from the next start. */
    public List<String> awaitingRestart(Effective atStart) {
        List<String> changed = changedFrom(atStart);
        // That the folder follows the certificate need not be said twice.
        boolean follows = changed.contains(Keys.CLIENT_CERT.path());
        return Keys.ALL.stream().filter(Key::restart).map(Key::path).filter(changed::contains)
                .filter(key -> !(follows && key.equals(Keys.STATE_DIR.path()) && isDefault(key))).toList();
    }

    private boolean isDefault(String key) {
        return settings.stream().anyMatch(setting -> setting.key().equals(key) && setting.origin().equals(Origin.BUILT_IN));
    }

    /**
     * The same with another API key, which a command gave.
     *
     * @param command for the origin, as {@code ngrokctl set-api-key}
     */
    public Effective withApiKey(String key, String command) {
        return with(Keys.API_KEY, key, command, config.withApiKey(key));
    }

    /**
     * Says that a command set another log level, which counts until the config has another one. {@link #config} keeps what file and
     * environment say.
     */
    public Effective withLogLevel(String level, String command) {
        return with(Keys.LOG_LEVEL, level, command, config);
    }

    private <T> Effective with(Key<T> key, T value, String command, DaemonConfig changedConfig) {
        int index = Keys.ALL.indexOf(key);
        List<Setting> changed = new ArrayList<>(settings);
        changed.set(index, new Setting(key.path(), key.json(value), new Origin.Command(command), key.without(), key.description(), key.secret()));
        List<Object> others = new ArrayList<>(values);
        others.set(index, Optional.of(value));
        return new Effective(changedConfig, changed, others, warnings);
    }

    /**
     * All of it for programs, secrets masked: {@code version}, {@code path}, {@code settings}, {@code warnings}.
     *
     * @param path of the config file
     */
    public ObjectNode json(String path) {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put("version", SHAPE).put("path", path);
        ArrayNode list = document.putArray("settings");
        for (Setting setting : settings) {
            ObjectNode entry = list.addObject().put("key", setting.key());
            entry.set("value", setting.shown());
            if (setting.shown().isNull()) {
                entry.put("without", setting.without());
            }
            entry.set("origin", json(setting.origin()));
            entry.put("secret", setting.secret()).put("description", setting.description());
        }
        warnings.forEach(document.putArray("warnings")::add);
        return document;
    }

    private static ObjectNode json(Origin origin) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        return switch (origin) {
            case Origin.BuiltIn ignored -> node.put("kind", "default");
            case Origin.InFile(String file, int line) -> node.put("kind", "file").put("file", file).put("line", line);
            case Origin.Variable(String name) -> node.put("kind", "environment").put("variable", name);
            case Origin.Command(String command) -> node.put("kind", "runtime").put("command", command);
        };
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        TreeMap<String, String> shown = new TreeMap<>();
        settings.forEach(setting -> shown.put(setting.key(), setting.text()));
        return shown.toString();
    }
}
