package io.ngrokd.kernel;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.kernel.plugin.PluginFolder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes what a daemon that was killed left behind, by what its journal says: names first, then listeners, then addresses. */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** @return whether nothing is left over now */
    static boolean undo(PluginFolder plugins, Contexts contexts) {
        boolean clean = true;
        for (HostsWriterFactory factory : plugins.extensions(HostsWriterFactory.class)) {
            if (isJournaled(contexts, Contexts.HOSTS, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.hosts(factory.name())).undo());
            }
        }
        for (ForwardingModeFactory factory : plugins.extensions(ForwardingModeFactory.class)) {
            if (isJournaled(contexts, Contexts.FORWARD, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.forward(factory.name())).undo());
            }
        }
        for (NetifBackendFactory factory : plugins.extensions(NetifBackendFactory.class)) {
            if (isJournaled(contexts, Contexts.NETIF, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.netif(factory.name())).undo());
            }
        }
        List<String> orphans = contexts.journal().backends().stream().toList();
        if (clean && !orphans.isEmpty()) {
            LOG.warn("The journal names backends whose plugins are missing; put them back into the plugins folder to undo what they did."
                    + " backends={}", orphans);
            return false;
        }
        return clean;
    }

    private static boolean isJournaled(Contexts contexts, String role, String backend) {
        return contexts.journal().backends().contains(role + "/" + backend);
    }

    private interface Undo {
        void run() throws StageException;
    }

    private static boolean undo(String backend, Undo undo) {
        try {
            undo.run();
            LOG.info("What an earlier run left was undone. backend={}", backend);
            return true;
        } catch (StageException failed) {
            LOG.error("What an earlier run left could not be undone. backend={} cause={}", backend, failed.getMessage());
            return false;
        } catch (RuntimeException | LinkageError defect) {
            LOG.error("What an earlier run left could not be undone. backend={}", backend, defect);
            return false;
        }
    }
}
