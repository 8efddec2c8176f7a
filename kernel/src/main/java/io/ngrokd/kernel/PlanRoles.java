package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanReply;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.BackendFactory;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.plugin.Selector;
import io.ngrokd.kernel.plugin.Selector.Selected;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.stage.StageBus.Plans;
import io.ngrokd.kernel.stage.StageBus.Served;
import io.ngrokd.kernel.stage.StrategyChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whom to ask for a plan, role by role: those that are at work and stay, those that would go, and those that another configuration
 * would take. Nothing is made or undone. For one plan and one thread; only one of these may be in use at a time.
 */
final class PlanRoles {

    private final StageBus bus;
    private final PluginFolder plugins;
    private final Contexts contexts;
    private final DaemonConfig config;
    private final Optional<ControlLoop.Moment> now;

    private Optional<AddressRange> range = Optional.empty();

    /** A backend that can be asked. */
    interface Asked {

        String backend();

        /** What it would change. */
        PlanReply ask(PlanRequest<?> asked) throws StageException;
    }

    /**
     * Who does a role's work.
     *
     * @param going who does it now and would be undone, or did it in an earlier run that was killed
     * @param then who would do it; empty when nobody can
     * @param reason why this one, or none
     */
    record Side(List<Asked> going, Optional<Asked> then, String reason) {}

    /**
     * @param contexts for backends that may only look, as the configuration would have them
     * @param config the configuration that the plan is of
     * @param now who is at work; empty when no daemon is
     */
    PlanRoles(StageBus bus, PluginFolder plugins, Contexts contexts, DaemonConfig config, Optional<ControlLoop.Moment> now) {
        this.bus = bus;
        this.plugins = plugins;
        this.contexts = contexts;
        this.config = config;
        this.now = now;
    }

    Side netif() {
        Optional<Asked> present = now.flatMap(moment -> moment.backends().netif()).map(name -> atWork(BusAddress.STAGE_NETIF, name));
        if (now.isPresent() && sameNetif(now.get().config())) {
            range = now.get().backends().range();
            return new Side(List.of(), present, now.get().backends().netifReason());
        }
        Selected<NetifBackend> chosen = Selector.tryOut(
                Contexts.NETIF, plugins.extensions(NetifBackendFactory.class), contexts::netif, config.plugins().netif());
        range = chosen.backend().map(NetifBackend::range);
        List<Asked> going = left(Contexts.NETIF, plugins.extensions(NetifBackendFactory.class), contexts::netif, BusAddress.STAGE_NETIF,
                backend -> (Plans<NetifRequest>) backend::plan, chosen.name());
        present.ifPresent(going::add);
        return new Side(going, candidate(BusAddress.STAGE_NETIF, chosen, backend -> (Plans<NetifRequest>) backend::plan),
                chosen.choice().reason());
    }

    /** Where addresses would come from; known once {@link #netif} was asked for. */
    Optional<AddressRange> range() {
        return range;
    }

    Side hosts() {
        Optional<Asked> present = now.flatMap(moment -> moment.backends().hosts()).map(name -> atWork(BusAddress.STAGE_NAMES, name));
        if (now.isPresent() && now.get().config().plugins().hosts().equals(config.plugins().hosts())) {
            return new Side(List.of(), present, "");
        }
        Selected<HostsWriter> chosen = Selector.tryOut(
                Contexts.HOSTS, plugins.extensions(HostsWriterFactory.class), contexts::hosts, config.plugins().hosts());
        List<Asked> going = left(Contexts.HOSTS, plugins.extensions(HostsWriterFactory.class), contexts::hosts, BusAddress.STAGE_NAMES,
                backend -> (Plans<NamesRequest>) backend::plan, chosen.name());
        present.ifPresent(going::add);
        return new Side(going, candidate(BusAddress.STAGE_NAMES, chosen, backend -> (Plans<NamesRequest>) backend::plan),
                chosen.choice().reason());
    }

    /** The forwarding modes, which no configuration changes. */
    Map<String, Asked> modes() {
        Map<String, Asked> modes = new TreeMap<>();
        if (now.isPresent()) {
            now.get().backends().modes().forEach(mode -> modes.put(mode, atWork(BusAddress.stageForward(mode), mode)));
            return modes;
        }
        Map<String, List<ForwardingModeFactory>> factories = plugins.extensions(ForwardingModeFactory.class).stream()
                .collect(Collectors.groupingBy(ForwardingModeFactory::name));
        factories.forEach((mode, some) -> {
            Selected<ForwardingMode> chosen = Selector.tryOut(Contexts.FORWARD + "." + mode, some, contexts::forward, Optional.empty());
            candidate(BusAddress.stageForward(mode), chosen, backend -> (Plans<ForwardRequest>) backend::plan)
                    .ifPresent(asked -> modes.put(mode, asked));
        });
        return modes;
    }

    Side dnsServer() {
        Optional<Asked> present = now.flatMap(moment -> moment.backends().dnsServer()).map(name -> atWork(BusAddress.STAGE_DNS, name));
        if (sameDns()) {
            return new Side(List.of(), present, "");
        }
        Selected<DnsServer> chosen = Selector.tryOut(
                Contexts.DNS_SERVER, plugins.extensions(DnsServerFactory.class), contexts::dnsServer, config.plugins().dnsServer());
        return new Side(present.stream().toList(), candidate(BusAddress.STAGE_DNS, chosen, backend -> (Plans<DnsRequest>) backend::plan),
                chosen.choice().reason());
    }

    /** The strategy that leads the resolver to our DNS server now. */
    Optional<Asked> strategyAtWork() {
        return now.flatMap(moment -> moment.stages().chain()).flatMap(StrategyChain.Report::working)
                .map(name -> atWork(BusAddress.STAGE_RESOLVER, name));
    }

    /** Whether who answers DNS, and who leads the resolver there, are those that are at work. */
    boolean sameDns() {
        return now.isPresent() && now.get().config().plugins().dnsServer().equals(config.plugins().dnsServer())
                && now.get().config().plugins().dns().equals(config.plugins().dns());
    }

    /** The strategies that would be tried, best first. */
    List<Asked> strategies() {
        List<Asked> strategies = new ArrayList<>();
        for (Selector.Asked<DnsStrategy> each : Selector.lookAll(plugins.extensions(DnsStrategyFactory.class), contexts::dns)) {
            String name = each.candidate().name();
            if (config.plugins().dns().map(name::equals).orElse(true)) {
                each.backend().ifPresent(strategy -> strategies.add(new Candidate<>(bus, BusAddress.STAGE_RESOLVER, name, strategy::plan)));
            }
        }
        return strategies;
    }

    /** The strategies that an earlier run was killed with, but this one; a start undoes what they did. */
    List<Asked> strategiesLeft(String but) {
        return left(Contexts.DNS, plugins.extensions(DnsStrategyFactory.class), contexts::dns, BusAddress.STAGE_RESOLVER,
                strategy -> (Plans<ResolverRequest>) strategy::plan, but);
    }

    private <B, C extends PluginContext, Q> List<Asked> left(String role, List<? extends BackendFactory<B, C>> factories,
            Function<String, C> context, String stage, Function<B, Plans<Q>> plans, String but) {
        List<Asked> left = new ArrayList<>();
        if (now.isPresent()) {
            return left;
        }
        for (BackendFactory<B, C> factory : factories) {
            String name = factory.name();
            if (!name.equals(but) && contexts.journal().backends().contains(role + "/" + name)) {
                left.add(new Candidate<>(bus, stage, name, plans.apply(factory.create(context.apply(name)))));
            }
        }
        return left;
    }

    private boolean sameNetif(DaemonConfig before) {
        return before.net().interfaceName().equals(config.net().interfaceName()) && before.net().subnet().equals(config.net().subnet())
                && before.plugins().netif().equals(config.plugins().netif());
    }

    private Asked atWork(String stage, String name) {
        return new AtWork(bus, stage, name);
    }

    private <B, Q> Optional<Asked> candidate(String stage, Selected<B> chosen, Function<B, Plans<Q>> plans) {
        return chosen.backend().map(backend -> new Candidate<>(bus, stage, chosen.name(), plans.apply(backend)));
    }

    private record AtWork(StageBus bus, String stage, String backend) implements Asked {

        @Override
        public PlanReply ask(PlanRequest<?> asked) throws StageException {
            return bus.request(BusAddress.plan(stage), backend, asked, PlanReply.class);
        }
    }

    /** On the bus only while it is asked. */
    private record Candidate<Q>(StageBus bus, String stage, String backend, Plans<Q> plans) implements Asked {

        @Override
        public PlanReply ask(PlanRequest<?> asked) throws StageException {
            Served served = bus.serveCandidate(stage, backend, plans);
            try {
                return bus.request(BusAddress.planOfCandidate(stage), backend, asked, PlanReply.class);
            } finally {
                served.withdraw();
            }
        }
    }
}
