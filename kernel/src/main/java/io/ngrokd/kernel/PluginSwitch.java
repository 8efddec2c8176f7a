package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.control.PluginControl;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.state.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes plugins out of use and into use again while the daemon runs, and remembers it. Backends are chosen anew each time:
 * what the plugin did is undone first, and another one may take its place.
 */
final class PluginSwitch implements PluginControl {

    private static final Logger LOG = LoggerFactory.getLogger(PluginSwitch.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final PluginFolder plugins;
    private final Path memory;
    private final Consumer<Runnable> withoutBackends;
    private final Set<String> disabled = new TreeSet<>();

    /**
     * @param memory a file with the ids of those that are disabled, one a line
     * @param withoutBackends stops all backends, runs something, and has them chosen anew; soon, on a thread of its own
     */
    PluginSwitch(PluginFolder plugins, Path memory, Consumer<Runnable> withoutBackends) {
        this.plugins = plugins;
        this.memory = memory;
        this.withoutBackends = withoutBackends;
    }

    /** Takes those out of use that were disabled in an earlier run. */
    synchronized void restore() {
        try {
            if (Files.exists(memory)) {
                Files.readAllLines(memory).stream().map(String::strip).filter(line -> !line.isEmpty()).forEach(disabled::add);
                plugins.disable(disabled);
            }
        } catch (IOException unreadable) {
            LOG.warn("It cannot be read which plugins are disabled; all are in use. file={} cause={}", memory, unreadable.toString());
        }
    }

    @Override
    public synchronized ArrayNode list() {
        ArrayNode list = JSON.createArrayNode();
        for (PluginFolder.Plugin plugin : plugins.plugins()) {
            ObjectNode entry = list.addObject().put("id", plugin.id()).put("version", plugin.version()).put("state", plugin.state())
                    .put("enabled", !disabled.contains(plugin.id())).put("description", plugin.description())
                    .put("provider", plugin.provider()).put("requires", plugin.requires()).put("jar", plugin.jar().toString());
            if (!plugin.problem().isEmpty()) {
                entry.put("problem", plugin.problem());
            }
            ArrayNode extensions = entry.putArray("extensions");
            plugin.extensions().forEach(extensions::add);
        }
        return list;
    }

    @Override
    public synchronized String enable(String id, boolean enabled) throws ActionException {
        known(id);
        Set<String> after = new TreeSet<>(disabled);
        if (!(enabled ? after.remove(id) : after.add(id))) {
            return "The plugin " + id + " is " + (enabled ? "enabled" : "disabled") + " already";
        }
        try {
            AtomicFile.write(memory, after.isEmpty() ? "" : String.join("\n", after) + "\n", AtomicFile.PUBLIC);
        } catch (IOException notKept) {
            throw new ActionException("it cannot be kept in " + memory + ": " + notKept.getMessage());
        }
        disabled.clear();
        disabled.addAll(after);
        apart(() -> plugins.disable(after));
        LOG.info("A plugin was {}. plugin={}", enabled ? "enabled" : "disabled", id);
        return "The plugin " + id + " is " + (enabled ? "enabled" : "disabled") + "; backends were chosen anew";
    }

    @Override
    public synchronized String reload(String id) throws ActionException {
        known(id);
        String[] problem = {""};
        apart(() -> problem[0] = plugins.reload(id));
        if (!problem[0].isEmpty()) {
            throw new ActionException("the plugin " + id + " could not be loaded: " + problem[0]);
        }
        return "The plugin " + id + " was loaded anew: " + known(id).version();
    }

    private PluginFolder.Plugin known(String id) throws ActionException {
        return plugins.plugins().stream().filter(plugin -> plugin.id().equals(id)).findFirst()
                .orElseThrow(() -> new ActionException("there is no plugin " + id + "; there are "
                        + String.join(", ", plugins.plugins().stream().map(PluginFolder.Plugin::id).toList())));
    }

    private void apart(Runnable deed) throws ActionException {
        CountDownLatch done = new CountDownLatch(1);
        withoutBackends.accept(() -> {
            try {
                deed.run();
            } finally {
                done.countDown();
            }
        });
        try {
            if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new ActionException("the backends take long to stop; it is done when they have");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ActionException("ngrokd is stopping");
        }
    }
}
