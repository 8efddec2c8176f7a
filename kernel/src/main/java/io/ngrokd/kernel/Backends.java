package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.plugin.Choice;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.plugin.Selector;
import io.ngrokd.kernel.plugin.Selector.Selected;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.stage.StageBus.Served;
import io.ngrokd.kernel.status.DaemonStatus.Candidate;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.StatusBoard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backends at work: chosen, made, and put behind their addresses on the event bus. */
final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    private final Optional<NetifBackend> netif;
    private final String netifReason;
    private final List<Served> served = new ArrayList<>();
    private final Map<String, Undo> undoInOrder;

    private interface Undo {
        void run() throws StageException;
    }

    private Backends(Optional<NetifBackend> netif, String netifReason, Map<String, Undo> undoInOrder) {
        this.netif = netif;
        this.netifReason = netifReason;
        this.undoInOrder = undoInOrder;
    }

    static Backends start(PluginFolder plugins, Contexts contexts, DaemonConfig.Plugins wanted, StageBus bus, StatusBoard board) {
        Map<String, Undo> undo = new TreeMap<>();
        Selected<NetifBackend> netif =
                Selector.select(Contexts.NETIF, plugins.extensions(NetifBackendFactory.class), contexts::netif, wanted.netif());
        Selected<HostsWriter> hosts =
                Selector.select(Contexts.HOSTS, plugins.extensions(HostsWriterFactory.class), contexts::hosts, wanted.hosts());
        Backends backends = new Backends(netif.backend(), netif.choice().reason(), undo);

        board.role(Contexts.NETIF, role(netif, backend -> backend.description() + ", addresses from " + backend.range().subnet()));
        netif.backend().ifPresent(backend -> {
            backends.served.add(bus.serve(BusAddress.STAGE_NETIF, netif.name(), backend::apply));
            undo.put("3 " + netif.name(), backend::undo);
        });
        board.role(Contexts.HOSTS, role(hosts, HostsWriter::description));
        hosts.backend().ifPresent(backend -> {
            backends.served.add(bus.serve(BusAddress.STAGE_NAMES, hosts.name(), backend::apply));
            undo.put("1 " + hosts.name(), backend::undo);
        });
        Map<String, List<ForwardingModeFactory>> modes = plugins.extensions(ForwardingModeFactory.class).stream()
                .collect(Collectors.groupingBy(ForwardingModeFactory::name, TreeMap::new, Collectors.toList()));
        modes.forEach((mode, factories) -> {
            Selected<ForwardingMode> forward =
                    Selector.select(Contexts.FORWARD + "." + mode, factories, contexts::forward, Optional.empty());
            board.role(Contexts.FORWARD + "_" + mode, role(forward, backend -> mode + " mode"));
            forward.backend().ifPresent(backend -> {
                backends.served.add(bus.serve(BusAddress.stageForward(mode), mode, backend::apply));
                undo.put("2 " + mode, backend::undo);
            });
        });
        return backends;
    }

    /** Where addresses are leased from; empty when there is no netif backend. */
    Optional<AddressRange> range() {
        return netif.map(NetifBackend::range);
    }

    /** Why there is this netif backend, or none. */
    String netifReason() {
        return netifReason;
    }

    /** Takes the backends off the bus and undoes what they did: names first, then listeners, then addresses. */
    void stop() {
        served.forEach(Served::withdraw);
        undoInOrder.forEach((name, undo) -> {
            try {
                undo.run();
            } catch (StageException failed) {
                LOG.error("Not everything could be undone; `ngrokd cleanup` tries again. backend={} cause={}",
                        name.substring(2), failed.getMessage());
            } catch (RuntimeException defect) {
                LOG.error("Not everything could be undone; `ngrokd cleanup` tries again. backend={}", name.substring(2), defect);
            }
        });
    }

    private static <B> RoleStatus role(Selected<B> selected, Function<B, String> description) {
        Choice choice = selected.choice();
        List<Candidate> candidates = choice.candidates().stream()
                .map(candidate -> new Candidate(candidate.name(), candidate.availability().available(), candidate.availability().reason()))
                .toList();
        return new RoleStatus(choice.chosen(), selected.backend().map(description).orElse(""), choice.reason(), candidates);
    }
}
