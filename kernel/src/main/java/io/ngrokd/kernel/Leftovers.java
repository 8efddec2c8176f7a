package io.ngrokd.kernel;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.BackendFactory;
import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.kernel.plugin.PluginFolder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes what a daemon that was killed left behind, by what its journal says: the resolver and names first, then listeners, then addresses. */
final class Leftovers {

    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private Leftovers() {}

    /** @return whether nothing is left over now */
    static boolean undo(PluginFolder plugins, Contexts contexts) {
        boolean clean = true;
        for (DnsStrategyFactory factory : plugins.extensions(DnsStrategyFactory.class)) {
            if (isJournaled(contexts, Contexts.DNS, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.dns(factory.name())).undo());
            }
        }
        for (HostsWriterFactory factory : plugins.extensions(HostsWriterFactory.class)) {
            if (isJournaled(contexts, Contexts.HOSTS, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.hosts(factory.name())).undo());
            }
        }
        for (DnsServerFactory factory : plugins.extensions(DnsServerFactory.class)) {
            if (isJournaled(contexts, Contexts.DNS_SERVER, factory.name())) {
                clean &= undo(factory.name(), () -> factory.create(contexts.dnsServer(factory.name())).undo());
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

    /**
     * For a journal that was lost: asks every backend that can work here to undo, for some know what is theirs by a mark.
     * Not at a start, when another daemon's things may bear the same mark.
     *
     * @return whether nothing is left over now
     */
    static boolean undoUnjournaled(
            List<DnsStrategyFactory> strategies, List<HostsWriterFactory> hosts, List<NetifBackendFactory> netifs, Contexts contexts) {
        boolean clean = true;
        for (DnsStrategyFactory factory : strategies) {
            DnsStrategyContext context = contexts.dns(factory.name());
            if (isAvailable(factory, context)) {
                clean &= undo(factory.name(), () -> factory.create(context).undo());
            }
        }
        for (HostsWriterFactory factory : hosts) {
            HostsContext context = contexts.hosts(factory.name());
            if (isAvailable(factory, context)) {
                clean &= undo(factory.name(), () -> factory.create(context).undo());
            }
        }
        for (NetifBackendFactory factory : netifs) {
            NetifContext context = contexts.netif(factory.name());
            if (isAvailable(factory, context)) {
                clean &= undo(factory.name(), () -> factory.create(context).undo());
            }
        }
        return clean;
    }

    /** One that cannot work on this machine now has left nothing that it could undo now. */
    private static <B, C extends PluginContext> boolean isAvailable(BackendFactory<B, C> factory, C context) {
        try {
            Availability availability = factory.probe(context);
            LOG.info("Asked whether a backend works here. backend={} available={} reason=\"{}\"",
                    factory.name(), availability.available(), availability.reason());
            return availability.available();
        } catch (RuntimeException | LinkageError defect) {
            LOG.error("A backend cannot say whether it works here, so it is not asked to undo. backend={}", factory.name(), defect);
            return false;
        }
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
