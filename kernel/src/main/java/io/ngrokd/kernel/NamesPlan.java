package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.names.DnsPlan;
import io.ngrokd.kernel.names.DnsProbe;
import io.ngrokd.kernel.network.NetworkReader;
import io.ngrokd.kernel.plan.Estimates;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.Section.Role;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.ngrokd.kernel.stage.StrategyChain;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The part of a plan that is about the DNS server and this machine's resolver. For one plan and one thread; blocks. */
final class NamesPlan {

    private final DaemonConfig config;
    private final Optional<ControlLoop.Moment> now;
    private final PlanRoles roles;
    private final LocalNetwork network;
    private final boolean makesInterface;
    private final List<Section> sections = new ArrayList<>();

    private boolean standsIn;

    /** @param makesInterface whether an interface would be made that bears our addresses */
    NamesPlan(DaemonConfig config, Optional<ControlLoop.Moment> now, PlanRoles roles, LocalNetwork network, boolean makesInterface) {
        this.makesInterface = makesInterface;
        this.config = config;
        this.now = now;
        this.roles = roles;
        this.network = network;
    }

    /** Whether the hosts file would have the names of shared endpoints, since the resolver finds none. Known after {@link #dns}. */
    boolean hostsStandsIn() {
        return standsIn;
    }

    /**
     * @param wanted where everybody is to be reached
     * @param up those of them that can be
     */
    List<Section> dns(Collection<Allocation> wanted, Collection<Allocation> up) {
        Set<Allocation> reachable = new HashSet<>(up);
        DnsPlan plan = DnsPlan.of(config.dns(), network, wanted, reachable::contains);
        List<InetSocketAddress> listening = server(plan);
        boolean shared = up.stream().anyMatch(allocation -> allocation.mode().equals(Desired.SHARED));
        standsIn = !resolver(plan, DnsPlan.nearest(listening)) && shared;
        return sections;
    }

    /** @return where it would listen */
    private List<InetSocketAddress> server(DnsPlan plan) {
        PlanRoles.Side side = roles.dnsServer();
        List<Section> parts = new ArrayList<>();
        side.going().forEach(going -> parts.add(PlanQuestions.ask(Role.DNS_SERVER, going, PlanRequest.undo(),
                () -> Estimates.names(Change.DNS_NAME, earlierNames(), Map.of())).going()));
        List<InetSocketAddress> listening = List.of();
        if (side.then().isPresent()) {
            List<InetSocketAddress> candidates = new ArrayList<>(plan.oneOf());
            // The one in use stays, as in a pass.
            now.ifPresent(moment -> moment.stages().listening().stream().filter(candidates::contains).findFirst().ifPresent(inUse -> {
                candidates.remove(inUse);
                candidates.addFirst(inUse);
            }));
            Section then;
            boolean had;
            do {
                List<InetSocketAddress> places = new ArrayList<>(plan.listen());
                Optional<InetSocketAddress> candidate = candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.removeFirst());
                candidate.filter(place -> !places.contains(place)).ifPresent(places::add);
                then = ask(side.then().get(), plan, places);
                Set<String> blocked = then.blocked(Change.LISTENER);
                boolean nothing = then.problem().isPresent();
                listening = places.stream().filter(place -> !nothing && !blocked.contains(text(place))).toList();
                had = candidate.map(listening::contains).orElse(true);
            } while (!had && !candidates.isEmpty());
            parts.add(then);
        } else if (plan.wanted()) {
            parts.add(Section.of(Role.DNS_SERVER, "", List.of())
                    .failing(side.reason().isEmpty() ? "no plugin serves 'dns_server'" : side.reason()));
        }
        sections.addAll(PlanQuestions.settle(parts));
        return listening;
    }

    private Section ask(PlanRoles.Asked server, DnsPlan plan, List<InetSocketAddress> places) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>(plan.names());
        // What it answers for while it is looked whether it is asked: no news, as long as it is the same.
        now.flatMap(moment -> moment.stages().probe()).filter(known -> known.suits(plan.domains()))
                .ifPresent((DnsProbe known) -> names.put(known.wildcard(), List.of(known.answer())));
        DaemonConfig.Dns dns = config.dns();
        DnsSettings settings = new DnsSettings(dns.ttl(), dns.upstreams().stream().filter(upstream -> !places.contains(upstream)).toList(),
                dns.zones(), dns.allow(), dns.rateLimit(), dns.cacheSize());
        return PlanQuestions.ask(Role.DNS_SERVER, server, PlanRequest.of(new DnsRequest(places, names, settings)),
                () -> Estimates.names(Change.DNS_NAME, earlierNames(), plan.names()));
    }

    private Map<String, List<InetAddress>> earlierNames() {
        Map<String, List<InetAddress>> names = new TreeMap<>();
        now.filter(moment -> !moment.stages().listening().isEmpty()).ifPresent(moment -> moment.stages().desired().allocations().values()
                .forEach(allocation -> names.put(allocation.endpoint().host(), List.of(allocation.address()))));
        return names;
    }

    /** @return whether names are found through the resolver, as far as can be told */
    private boolean resolver(DnsPlan plan, Optional<InetSocketAddress> server) {
        Optional<PlanRoles.Asked> atWork = roles.strategyAtWork();
        boolean needed = server.isPresent() && !plan.domains().isEmpty();
        if (!needed) {
            goneByThen("", plan.domains(), sections);
            atWork.ifPresent(strategy -> sections.add(ask(strategy, Optional.empty(), plan.domains())));
            return false;
        }
        ResolverRequest request = new ResolverRequest(server.get(), plan.domains(), interfaceName());
        if (roles.sameDns() && atWork.isPresent()) {
            Section section = ask(atWork.get(), Optional.of(request), plan.domains());
            sections.add(section);
            return section.problem().isEmpty();
        }
        List<Section> parts = new ArrayList<>();
        atWork.ifPresent(strategy -> parts.add(ask(strategy, Optional.empty(), plan.domains()).going()));
        Optional<StrategyChain.Report> tried = now.flatMap(moment -> moment.stages().chain()).filter(StrategyChain.Report::exhausted);
        if (roles.sameDns() && tried.isPresent() && !tried.get().reasons().isEmpty()) {
            sections.add(Section.of(Role.DNS, "", List.of()).noted("tried without success: " + tried.get().reasons()));
            return false;
        }
        boolean found = tryOut(request, parts);
        sections.addAll(PlanQuestions.settle(parts));
        return found;
    }

    /** @return whether one of them can be tried */
    private boolean tryOut(ResolverRequest request, List<Section> parts) {
        List<PlanRoles.Asked> strategies = roles.strategies();
        List<String> failed = new ArrayList<>();
        for (PlanRoles.Asked strategy : strategies) {
            Section section = ask(strategy, Optional.of(request), request.domains());
            if (section.problem().isEmpty()) {
                goneByThen(strategy.backend(), request.domains(), parts);
                parts.add(section.noted("it stays only if a lookup then reaches ngrokd; else it is undone"
                        + (strategies.getLast() == strategy ? "" : ", and the next one is tried")
                        + ", and names of network mode go to the hosts file when none works"));
                return true;
            }
            failed.add(strategy.backend() + ": " + section.problem().get());
        }
        if (config.plugins().dns().filter("none"::equals).isEmpty()) {
            parts.add(Section.of(Role.DNS, "", List.of()).failing(failed.isEmpty()
                    ? "nothing can have this machine's resolver ask ngrokd's DNS server" : String.join("; ", failed)));
        }
        return false;
    }

    private void goneByThen(String but, SortedSet<String> domains, List<Section> parts) {
        roles.strategiesLeft(but).forEach(left -> parts.add(ask(left, Optional.empty(), domains).going()));
    }

    private Section ask(PlanRoles.Asked strategy, Optional<ResolverRequest> request, SortedSet<String> domains) {
        SortedSet<String> earlier = new TreeSet<>();
        now.filter(moment -> moment.stages().chain().flatMap(StrategyChain.Report::working).isPresent())
                .ifPresent(moment -> earlier.addAll(DnsPlan.of(moment.config().dns(), network,
                        moment.stages().desired().allocations().values(), allocation -> true).domains()));
        return PlanQuestions.ask(Role.DNS, strategy, new PlanRequest<>(request, false),
                () -> Estimates.difference(Change.SETTING, earlier, request.isPresent() ? domains : new TreeSet<>()));
    }

    /** That which bears our addresses: it is there, or it is about to come. */
    private Optional<String> interfaceName() {
        String name = config.net().interfaceName();
        return makesInterface || NetworkReader.exists(name) ? Optional.of(name) : Optional.empty();
    }

    private static String text(InetSocketAddress place) {
        return Estimates.place(place.getAddress(), place.getPort());
    }
}
