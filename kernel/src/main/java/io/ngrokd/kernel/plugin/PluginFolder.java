package io.ngrokd.kernel.plugin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.pf4j.ClassLoadingStrategy;
import org.pf4j.JarPluginLoader;
import org.pf4j.JarPluginManager;
import org.pf4j.PluginClassLoader;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder with the plugin jars, loaded: each in a class loader of its own that sees only {@link SharedPackages}. */
public final class PluginFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginFolder.class);

    private static final Duration STOP_LIMIT = Duration.ofMillis(500);

    private final Manager manager;
    private volatile Set<String> disabled = Set.of();

    /**
     * A plugin, for people.
     *
     * @param state what PF4J says of it, in lower case: {@code started} is the good one
     * @param requires the versions of plugin-api that it takes; empty when it does not say
     * @param extensions the names of the classes that it brings
     * @param problem why it could not be started; empty when it could
     */
    public record Plugin(
            String id, String version, String state, String description, String provider, String requires, Path jar, List<String> extensions,
            String problem) {}

    private PluginFolder(Manager manager) {
        this.manager = manager;
    }

    /**
     * Loads and starts all plugins of the folder. One that cannot be loaded is reported and left out.
     *
     * @param apiVersion the version of plugin-api that plugins' requirements are held against
     */
    public static PluginFolder load(Path folder, String apiVersion) {
        Manager manager = new Manager(folder);
        manager.setSystemVersion(apiVersion);
        try {
            manager.loadPlugins();
        } catch (RuntimeException unresolvable) {
            LOG.error("The plugins cannot be put in order, so none is started. folder={} cause={}", folder, unresolvable.getMessage(), unresolvable);
        }
        manager.startPlugins();
        for (PluginWrapper plugin : manager.getPlugins()) {
            if (plugin.getPluginState() == PluginState.STARTED) {
                LOG.info("Plugin started. plugin={} version={}", plugin.getPluginId(), plugin.getDescriptor().getVersion());
            } else {
                LOG.error("Plugin not started. plugin={} state={} requires={} cause={}", plugin.getPluginId(), plugin.getPluginState(),
                        plugin.getDescriptor().getRequires(), String.valueOf(plugin.getFailedException()));
            }
        }
        return new PluginFolder(manager);
    }

    /** Every plugin that could be read, by id. */
    public List<Plugin> plugins() {
        return List.copyOf(manager.getPlugins()).stream().map(this::describe).sorted(Comparator.comparing(Plugin::id)).toList();
    }

    private Plugin describe(PluginWrapper plugin) {
        PluginDescriptor descriptor = plugin.getDescriptor();
        Throwable failure = plugin.getFailedException();
        boolean started = plugin.getPluginState() == PluginState.STARTED;
        return new Plugin(plugin.getPluginId(), descriptor.getVersion(), plugin.getPluginState().toString().toLowerCase(Locale.ROOT),
                text(descriptor.getPluginDescription()), text(descriptor.getProvider()), text(descriptor.getRequires()), plugin.getPluginPath(),
                manager.getExtensionClassNames(plugin.getPluginId()).stream().sorted().toList(),
                failure != null ? failure.toString() : started ? "" : "it is " + plugin.getPluginState() + "; see the log");
    }

    private static String text(String maybe) {
        return maybe == null ? "" : maybe;
    }

    /** These bring no extensions from now on, those that were disabled before bring them again. What was made of them stays. */
    public void disable(Set<String> ids) {
        disabled = Set.copyOf(ids);
    }

    /**
     * Loads a plugin's jar anew. Nothing of it may be in use.
     *
     * @return why that failed; empty when it did not
     */
    public String reload(String id) {
        try {
            Path jar = manager.getPlugin(id).getPluginPath();
            manager.unloadPlugin(id);
            String loaded = manager.loadPlugin(jar);
            PluginState state = manager.startPlugin(loaded);
            LOG.info("Plugin loaded anew. plugin={} state={}", loaded, state);
            return state == PluginState.STARTED ? "" : describe(manager.getPlugin(loaded)).problem();
        } catch (RuntimeException | LinkageError broken) {
            LOG.error("A plugin could not be loaded anew and is out until the next start. plugin={} cause={}", id, broken.toString(), broken);
            return broken.getMessage() + "; mend its jar and restart ngrokd";
        }
    }

    /** All extensions of a kind from all started plugins that are not disabled. One that cannot be made is reported and left out. */
    public <T> List<T> extensions(Class<T> kind) {
        List<T> extensions = new ArrayList<>();
        for (PluginWrapper plugin : manager.getStartedPlugins()) {
            if (disabled.contains(plugin.getPluginId())) {
                continue;
            }
            try {
                extensions.addAll(manager.getExtensions(kind, plugin.getPluginId()));
            } catch (RuntimeException | LinkageError broken) {
                LOG.error("A plugin's extensions could not be made. plugin={} kind={} cause={}",
                        plugin.getPluginId(), kind.getSimpleName(), broken.toString(), broken);
            }
        }
        return extensions;
    }

    /** Stops all plugins; one that does not come to an end is left behind. */
    @Override
    public void close() {
        Thread stopping = Thread.ofVirtual().name("plugins-stop").start(this::stopAll);
        try {
            if (!stopping.join(STOP_LIMIT)) {
                LOG.warn("A plugin does not come to an end and is left behind.");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll() {
        // PF4J's stopPlugins() walks the list that stopping changes; this walks a copy.
        for (PluginWrapper plugin : List.copyOf(manager.getStartedPlugins())) {
            try {
                manager.stopPlugin(plugin.getPluginId());
            } catch (RuntimeException | LinkageError notStopped) {
                LOG.warn("A plugin did not stop cleanly. plugin={} cause={}", plugin.getPluginId(), notStopped.getMessage());
            }
        }
    }

    private static final class Manager extends JarPluginManager {

        Manager(Path folder) {
            super(folder);
            // A plugin whose dependency is missing stays out alone.
            setResolveRecoveryStrategy(ResolveRecoveryStrategy.IGNORE_PLUGIN_AND_CONTINUE);
        }

        /** PF4J lets some defects of one jar (a version range that is none, say) end the loading of all. */
        @Override
        protected PluginWrapper loadPluginFromPath(Path jar) {
            try {
                return super.loadPluginFromPath(jar);
            } catch (PluginRuntimeException said) {
                throw said;
            } catch (RuntimeException | LinkageError defect) {
                throw new PluginRuntimeException(defect, "the plugin " + jar + " cannot be loaded");
            }
        }

        @Override
        protected PluginLoader createPluginLoader() {
            ClassLoader shared = new SharedPackages(PluginFolder.class.getClassLoader());
            return new JarPluginLoader(this) {
                @Override
                public ClassLoader loadPlugin(Path jar, PluginDescriptor descriptor) {
                    PluginClassLoader loader = new PluginClassLoader(pluginManager, descriptor, shared, ClassLoadingStrategy.APD);
                    loader.addFile(jar.toFile());
                    return loader;
                }
            };
        }
    }
}
