package io.ngrokd.kernel.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private final Manager manager;

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
        manager.loadPlugins();
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

    /** All extensions of a kind from all started plugins. One that cannot be made is reported and left out. */
    public <T> List<T> extensions(Class<T> kind) {
        List<T> extensions = new ArrayList<>();
        for (PluginWrapper plugin : manager.getStartedPlugins()) {
            try {
                extensions.addAll(manager.getExtensions(kind, plugin.getPluginId()));
            } catch (RuntimeException | LinkageError broken) {
                LOG.error("A plugin's extensions could not be made. plugin={} kind={} cause={}",
                        plugin.getPluginId(), kind.getSimpleName(), broken.toString(), broken);
            }
        }
        return extensions;
    }

    @Override
    public void close() {
        // PF4J's stopPlugins() walks the list that stopping changes; this walks a copy.
        for (PluginWrapper plugin : List.copyOf(manager.getStartedPlugins())) {
            try {
                manager.stopPlugin(plugin.getPluginId());
            } catch (PluginRuntimeException notStopped) {
                LOG.warn("A plugin did not stop cleanly. plugin={} cause={}", plugin.getPluginId(), notStopped.getMessage());
            }
        }
    }

    private static final class Manager extends JarPluginManager {

        Manager(Path folder) {
            super(folder);
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
