package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.spi.BackendFactory;
import io.ngrokd.api.spi.Finding;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.plugin.Choice;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.plugin.Selector;
import io.ngrokd.kernel.plugin.Selector.Selected;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.stage.StageBus.Served;
import io.ngrokd.kernel.stage.StageBus.Undo;
import io.ngrokd.kernel.status.DaemonStatus.Candidate;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.StatusBoard;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backends at work: chosen, made, and put behind their addresses on the event bus. */
final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    private final StatusBoard board;
    private final List<Role> names = new ArrayList<>();
    private final List<Role> listeners = new ArrayList<>();
    private final List<Role> addresses = new ArrayList<>();
    private Consumer<DaemonConfig.Plugins> makeNetif;
    private Consumer<DaemonConfig.Plugins> makeHosts;
    private Function<DaemonConfig.Plugins, DnsBackends> makeDns;
    private volatile DnsBackends dns;
    private Optional<AddressRange> range = Optional.empty();
    private volatile Optional<HostsWriter> hostsWriter = Optional.empty();
    private final List<ForwardingMode> modes = new CopyOnWriteArrayList<>();
    private String netifReason = "";
    /** Roles that have backends of which none could work, and whether one could now. */
    private final Map<String, BooleanSupplier> emptyRoles = new TreeMap<>();

    /** A backend at its address, and how it is undone. */
    record Role(Served served, Undo undo) {}

    private Backends(StatusBoard board) {
        this.board = board;
    }

    /**
     * @param contexts as the configuration is when a backend is made
     */
    static Backends start(
            PluginFolder plugins, Supplier<Contexts> contexts, DaemonConfig.Plugins wanted, StageBus bus, StatusBoard board) {
        Backends backends = new Backends(board);
        backends.makeNetif = configured -> {
            Selected<NetifBackend> netif = backends.select(
                    Contexts.NETIF, plugins.extensions(NetifBackendFactory.class), contexts.get()::netif, configured.netif());
            backends.range = netif.backend().map(NetifBackend::range);
            netif.backend().ifPresent(backend ->
                    backends.addresses.add(new Role(bus.serve(BusAddress.STAGE_NETIF, netif.name(), backend::apply, backend::plan), backend::undo)));
            backends.netifReason = netif.choice().reason();
            backends.publish(Contexts.NETIF, netif, backend -> backend.description() + ", addresses from " + backend.range().subnet());
        };
        backends.makeHosts = configured -> {
            Selected<HostsWriter> hosts = backends.select(
                    Contexts.HOSTS, plugins.extensions(HostsWriterFactory.class), contexts.get()::hosts, configured.hosts());
            backends.hostsWriter = hosts.backend();
            hosts.backend().ifPresent(backend ->
                    backends.names.add(new Role(bus.serve(BusAddress.STAGE_NAMES, hosts.name(), backend::apply, backend::plan), backend::undo)));
            backends.publish(Contexts.HOSTS, hosts, HostsWriter::description);
        };
        backends.makeNetif.accept(wanted);
        backends.makeHosts.accept(wanted);

        Map<String, List<ForwardingModeFactory>> modes = plugins.extensions(ForwardingModeFactory.class).stream()
                .collect(Collectors.groupingBy(ForwardingModeFactory::name, TreeMap::new, Collectors.toList()));
        modes.forEach((mode, factories) -> {
            Selected<ForwardingMode> forward =
                    backends.select(Contexts.FORWARD + "." + mode, factories, contexts.get()::forward, Optional.empty());
            forward.backend().ifPresent(backends.modes::add);
            forward.backend().ifPresent(backend ->
                    backends.listeners.add(new Role(bus.serve(BusAddress.stageForward(mode), mode, backend::apply, backend::plan), backend::undo)));
            backends.publish(Contexts.FORWARD + "_" + mode, forward, backend -> mode + " mode");
        });
        backends.makeDns = configured -> DnsBackends.start(plugins, contexts.get(), configured, bus);
        backends.dns = backends.makeDns.apply(wanted);
        return backends;
    }

    private <B, C extends PluginContext> Selected<B> select(
            String role, List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts, Optional<String> configured) {
        Selected<B> selected = Selector.select(role, factories, contexts, configured);
        emptyRoles.remove(role);
        if (selected.backend().isEmpty()) {
            emptyRoles.put(role, () -> Selector.askAll(role, factories, contexts).stream()
                    .anyMatch(asked -> asked.backend().isPresent() && configured.map(asked.candidate().name()::equals).orElse(true)));
        }
        return selected;
    }

    /**
     * Who is at work, at one moment.
     *
     * @param range where addresses are leased from; empty when there is no netif backend
     * @param netifReason why there is this netif backend, or none
     * @param modes the forwarding modes
     */
    record AtWork(Optional<String> netif, Optional<AddressRange> range, String netifReason, Optional<String> hosts, List<String> modes,
            Optional<String> dnsServer) {}

    AtWork atWork() {
        return new AtWork(name(addresses), range, netifReason, name(names),
                listeners.stream().map(role -> role.served().backend()).toList(), dns.server().map(role -> role.served().backend()));
    }

    private static Optional<String> name(List<Role> roles) {
        return roles.stream().findFirst().map(role -> role.served().backend());
    }

    /** Where addresses are leased from; empty when there is no netif backend. */
    Optional<AddressRange> range() {
        return range;
    }

    /** Why there is this netif backend, or none. */
    String netifReason() {
        return netifReason;
    }

    /** What the writer of names sees of one. Any thread may ask, which may block. */
    Optional<Finding> inspectHosts(String name, InetAddress address) {
        return hostsWriter.flatMap(writer -> writer.inspect(name, address));
    }

    /** Who keeps us from listening there, in words. Any thread may ask, which may block. */
    Optional<String> holder(InetAddress address, int port) {
        return modes.stream().flatMap(mode -> mode.holder(address, port).stream()).findFirst();
    }

    /** The DNS server, and who leads this machine's resolver to it. */
    DnsBackends dns() {
        return dns;
    }

    /** Takes other ones for DNS, as the config wants it now; all others go on. */
    void renewDns(DaemonConfig.Plugins wanted, Duration limit) {
        stop(dns, limit);
        dns = makeDns.apply(wanted);
    }

    /** Asks once more where none of a role's backends could work: whether one can now. */
    boolean someEmptyRoleCouldBeFilled() {
        return emptyRoles.values().stream().anyMatch(BooleanSupplier::getAsBoolean);
    }

    /** Takes another one for addresses, as the config wants it now; what the old one made is undone, all others go on. */
    void renewNetif(DaemonConfig.Plugins wanted, Duration limit) {
        renew(addresses, limit);
        makeNetif.accept(wanted);
    }

    /** Takes another one for names, as the config wants it now; what the old one wrote is undone, all others go on. */
    void renewHosts(DaemonConfig.Plugins wanted, Duration limit) {
        renew(names, limit);
        makeHosts.accept(wanted);
    }

    private static void renew(List<Role> roles, Duration limit) {
        roles.forEach(role -> role.served().withdraw());
        roles.forEach(role -> undo(role, limit));
        roles.clear();
    }

    /**
     * Takes the backends off the bus and undoes what they did: names first, then listeners, then addresses.
     *
     * @param limit for each of these three; twice that for the resolver's settings, which would outlive us worst
     * @param beforeAddressesGo what is still to be done while addresses exist
     */
    void stop(Duration limit, Runnable beforeAddressesGo) {
        List.of(names, listeners, addresses).forEach(roles -> roles.forEach(role -> role.served().withdraw()));
        Thread routing = Thread.ofVirtual().name("undo-routing").start(dns::undoRouting);
        names.forEach(role -> undo(role, limit));
        await(routing, "the routing of domains", limit.multipliedBy(2));
        Optional<Thread> server = dns.server().map(role -> Thread.ofVirtual().name("undo-dns").start(() -> {
            role.served().withdraw();
            undo(role, limit);
        }));
        listeners.forEach(role -> undo(role, limit));
        server.ifPresent(thread -> await(thread, "the DNS server", limit));
        beforeAddressesGo.run();
        addresses.forEach(role -> undo(role, limit));
    }

    private static void stop(DnsBackends dns, Duration limit) {
        await(Thread.ofVirtual().name("undo-routing").start(dns::undoRouting), "the routing of domains", limit.multipliedBy(2));
        dns.server().ifPresent(role -> {
            role.served().withdraw();
            undo(role, limit);
        });
    }

    /** On a thread of its own, so that a backend that hangs costs the limit and no more. */
    private static void undo(Role role, Duration limit) {
        String backend = role.served().backend();
        Thread worker = Thread.ofVirtual().name("undo-" + backend).start(() -> {
            try {
                role.served().last(role.undo(), limit);
            } catch (StageException failed) {
                LOG.error("Not everything could be undone; `ngrokd cleanup` tries again. backend={} cause={}", backend, failed.getMessage(), failed);
            }
        });
        await(worker, backend, limit);
    }

    private static void await(Thread worker, String what, Duration limit) {
        try {
            if (!worker.join(limit)) {
                LOG.error("Undoing takes too long; `ngrokd cleanup` undoes the rest. backend={}", what);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private <B> void publish(String role, Selected<B> selected, Function<B, String> description) {
        Choice choice = selected.choice();
        List<Candidate> candidates = choice.candidates().stream()
                .map(candidate -> new Candidate(candidate.name(), candidate.availability().available(), candidate.availability().reason()))
                .toList();
        board.role(role, new RoleStatus(choice.chosen(), selected.backend().map(description).orElse(""), choice.reason(), candidates));
        if (choice.chosen().isEmpty()) {
            board.warn(role, choice.reason());
        } else {
            board.clearWarning(role);
        }
    }
}
