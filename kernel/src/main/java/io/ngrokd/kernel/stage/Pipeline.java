package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.names.DnsPlan;
import io.ngrokd.kernel.names.DnsProbe;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.Difference;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Brings the system to a wanted state, one pass at a time: first what goes (names, listeners), then what must be
 * (addresses, listeners, names). Every request holds the whole state, so any pass repairs what an earlier one missed.
 *
 * <p>When a stage as a whole fails or does not answer, what it last said to be up counts as up: a sick backend takes
 * nothing down that works. Used by one thread at a time.
 */
public final class Pipeline {

    private final DataPlaneRoutes routes;
    private final Supplier<Duration> drainLimit;
    private final Lingering lingering;
    private final NetifStage netif;
    private final ForwardStage forward;
    private final DnsStage dns;
    private final NamesStage names;

    private Desired desired = Desired.nothing();
    private SortedMap<EndpointKey, Allocation> current = new TreeMap<>();
    private Failures failures = new Failures();
    private boolean hostsStandsIn;

    /**
     * @param drainLimit how long connections of a removed endpoint may go on; asked for at each removal
     */
    public Pipeline(StageBus bus, DataPlaneRoutes routes, Supplier<Duration> drainLimit) {
        this.routes = routes;
        this.drainLimit = drainLimit;
        this.lingering = new Lingering(routes);
        this.netif = new NetifStage(bus);
        this.forward = new ForwardStage(bus, routes);
        this.dns = new DnsStage(bus, RandomGenerator.getDefault());
        this.names = new NamesStage(bus);
    }

    /**
     * What a pass rests on.
     *
     * @param range where virtual addresses come from; empty when nobody can make any
     * @param network this machine's interfaces now
     * @param dns how the DNS server is to be
     * @param upstreams who is asked for names that are not ours; asked for when there is a DNS server
     */
    public record Surroundings(
            Optional<AddressRange> range, LocalNetwork network, DaemonConfig.Dns dns, Supplier<List<InetSocketAddress>> upstreams) {}

    /** Makes it so, as far as it can be, and says what became of each endpoint. */
    public Pass apply(Desired wanted, Surroundings at) {
        failures = new Failures();
        Difference difference = Difference.between(current, wanted.allocations());
        if (!difference.removed().isEmpty()) {
            shrink(difference, wanted);
        }
        desired = wanted;
        current = new TreeMap<>(wanted.allocations());
        Collection<Allocation> all = current.values();
        netif.apply(at.range(), all, lingering.addresses(), failures);
        forward.apply(all.stream().filter(netif::hasAddress).toList(), failures);
        dns.apply(DnsPlan.of(at.dns(), at.network(), all, this::isUp), at.dns(), at.upstreams(), all, failures);
        names.apply(all, this::isUp, hostsStandsIn, failures);
        return pass();
    }

    /**
     * What a pass achieved.
     *
     * @param outcomes what became of each endpoint
     * @param problems stages that failed as a whole, also where that concerns no endpoint any more: stage to cause
     */
    public record Pass(SortedMap<EndpointKey, Outcome> outcomes, SortedMap<String, String> problems) {

        /** Nothing is left to do. */
        public boolean complete() {
            return problems.isEmpty() && outcomes.values().stream().allMatch(Outcome::ready);
        }
    }

    /**
     * Has this machine's resolver find what no hosts file can hold: one step, after each pass, which may take some seconds. Where no
     * strategy works, the hosts file gets the exact names of shared endpoints.
     *
     * @param interfaceName the interface that bears our addresses, if there is one
     */
    public Routing route(StrategyChain chain, Optional<String> interfaceName) throws InterruptedException {
        Optional<InetSocketAddress> server = dns.fromHere();
        Optional<DnsProbe> probe = dns.probe();
        SortedSet<String> domains = dns.plan().domains();
        Optional<StrategyChain.Report> report = Optional.empty();
        if (server.isPresent() && probe.isPresent() && !domains.isEmpty()) {
            report = Optional.of(chain.step(new ResolverRequest(server.get(), domains, interfaceName), probe.get()));
        } else {
            chain.rest();
        }
        boolean shared = current.values().stream().anyMatch(allocation -> allocation.mode().equals(Desired.SHARED));
        // While it is not known yet whether one works, nothing moves.
        boolean standIn = shared && report.map(known -> known.working().isEmpty() && (known.exhausted() || hostsStandsIn)).orElse(true);
        boolean changed = standIn != hostsStandsIn;
        if (changed) {
            hostsStandsIn = standIn;
            names.apply(current.values(), this::isUp, hostsStandsIn, failures);
        }
        return new Routing(dns.listening(), dns.plan().names().size(), report, hostsStandsIn, changed);
    }

    /** How it all stands after {@link #route}. */
    public Pass pass() {
        SortedMap<EndpointKey, Outcome> outcomes = new TreeMap<>();
        desired.unallocated().forEach((key, failure) -> outcomes.put(key, new Outcome(Optional.empty(), List.of(failure))));
        current.forEach((key, allocation) -> outcomes.put(key, new Outcome(forward.bound(allocation), failures.of(key))));
        return new Pass(outcomes, failures.problems());
    }

    /**
     * How it all stands, for plans.
     *
     * @param chain what the last {@link #route} said; empty before
     */
    public Standing standing(Optional<StrategyChain.Report> chain) {
        return new Standing(desired, lingering.addresses(), forward.weakCarriers(), dns.listening(), dns.probe(), hostsStandsIn, chain);
    }

    /** Whether removed endpoints still have connections, so that another pass is due soon. */
    public boolean hasLingering() {
        return lingering.any();
    }

    /** The machine or its configuration changed: what was put off is tried at the next pass. */
    public void tryAgain() {
        forward.tryCarriersAgain();
    }

    private void shrink(Difference difference, Desired wanted) {
        Collection<Allocation> kept = difference.kept().values();
        names.apply(kept, this::isUp, hostsStandsIn, failures);
        dns.shrink(kept.stream().filter(this::isUp).toList());
        forward.shrink(kept);
        Duration limit = drainLimit.get();
        SortedSet<EndpointKey> cutOff = difference.cutOff(current, wanted.allocations());
        lingering.keep(cutOff, current, limit);
        routes.drain(cutOff, limit);
        failures = new Failures();
    }

    private boolean isUp(Allocation allocation) {
        return forward.bound(allocation).isPresent();
    }
}
