package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.network.NetworkReader;
import io.ngrokd.kernel.plan.Estimates;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.Section.Role;
import io.ngrokd.kernel.reconcile.Carrying;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.ngrokd.kernel.reconcile.Place;
import io.ngrokd.kernel.reconcile.Places;
import io.ngrokd.kernel.reconcile.Wanted;
import io.ngrokd.kernel.stage.Standing;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Goes the way of a pass, from endpoints through allocation to the stages, and asks each backend what it would change instead of having
 * it done. For one plan and one thread; blocks.
 */
final class Planner {

    private final DaemonConfig config;
    private final Optional<ControlLoop.Moment> now;
    private final PlanRoles roles;
    private final Allocator allocator;

    private final List<Section> sections = new ArrayList<>();
    private Desired desired = Desired.nothing();
    private LocalNetwork network = LocalNetwork.NONE;
    private boolean addressesMadeAnew;

    /**
     * @param config the configuration that the plan is of
     * @param now how things are; empty when no daemon is at work
     * @param allocator one that keeps nothing, see {@link Allocator#dry}
     */
    Planner(DaemonConfig config, Optional<ControlLoop.Moment> now, PlanRoles roles, Allocator allocator) {
        this.config = config;
        this.now = now;
        this.roles = roles;
        this.allocator = allocator;
    }

    /** What would be wanted. Known after {@link #plan}. */
    Desired desired() {
        return desired;
    }

    /** Whether everything with an address of its own is taken down in between. Known after {@link #plan}. */
    boolean addressesMadeAnew() {
        return addressesMadeAnew;
    }

    /** What each backend would do, in the order in which people read of them. */
    List<Section> plan(Collection<Endpoint> endpoints) {
        PlanRoles.Side netif = roles.netif();
        addressesMadeAnew = !netif.going().isEmpty();
        network = network(roles.range());
        desired = allocator.allocate(endpoints, this::place, new Allocator.Stock(roles.range(), netif.reason(), config.net().startPort()));
        Collection<Allocation> wanted = desired.allocations().values();
        Set<String> noAddress = addresses(netif, wanted);
        List<Allocation> reachable = wanted.stream().filter(allocation -> !allocation.mode().equals(Desired.VIRTUAL)
                || !noAddress.contains(allocation.address().getHostAddress())).toList();
        List<Allocation> up = listeners(reachable);
        NamesPlan names = new NamesPlan(config, now, roles, network, sections.stream().flatMap(section -> section.changes().stream())
                .anyMatch(change -> change.action() == Change.Action.ADD && change.kind().equals(Change.INTERFACE)));
        List<Section> dns = names.dns(wanted, up);
        hosts(up, names.hostsStandsIn());
        sections.addAll(dns);
        return sections;
    }

    private Collection<Allocation> before() {
        return now.map(moment -> moment.stages().desired().allocations().values()).orElse(List.of());
    }

    /** @return the addresses that cannot be had, as text */
    private Set<String> addresses(PlanRoles.Side side, Collection<Allocation> wanted) {
        Set<InetAddress> addresses = Wanted.addresses(wanted);
        Set<InetAddress> earlier = Wanted.addresses(before());
        List<Section> parts = new ArrayList<>();
        side.going().forEach(going -> parts.add(PlanQuestions.ask(
                Role.NETIF, going, PlanRequest.undo(), () -> Estimates.addresses(earlier, List.of())).going()));
        Set<String> lacking = new HashSet<>();
        if (side.then().isPresent() && roles.range().isPresent()) {
            Set<InetAddress> all = new HashSet<>(addresses);
            boolean anew = !side.going().isEmpty();
            if (!anew) {
                now.map(ControlLoop.Moment::stages).map(Standing::lingering).ifPresent(all::addAll);
            }
            Section then = PlanQuestions.ask(Role.NETIF, side.then().get(),
                    new PlanRequest<>(Optional.of(new NetifRequest(roles.range().get(), all, minus(all, earlier), minus(earlier, all))), anew),
                    () -> Estimates.addresses(anew ? List.of() : earlier, all));
            boolean chosenNow = anew || now.isEmpty();
            parts.add(chosenNow ? then.noted("chosen: " + side.reason()) : then);
            lacking.addAll(then.blocked(Change.ADDRESS));
            if (then.problem().isPresent()) {
                addresses.forEach(address -> lacking.add(address.getHostAddress()));
            }
        } else if (!wanted.isEmpty() || !side.going().isEmpty()) {
            parts.add(Section.of(Role.NETIF, "", List.of()).failing(side.reason()));
        }
        sections.addAll(PlanQuestions.settle(parts));
        return lacking;
    }

    /** @return those that would accept connections */
    private List<Allocation> listeners(Collection<Allocation> reachable) {
        SortedMap<String, List<Listener>> wanted = Wanted.listeners(reachable);
        SortedMap<String, List<Listener>> earlier = Wanted.listeners(before());
        Map<String, PlanRoles.Asked> modes = roles.modes();
        Set<String> weak = new HashSet<>(now.map(moment -> moment.stages().weakCarriers()).orElse(Set.of()));
        Set<String> lacking = new HashSet<>();
        Set<String> all = new TreeSet<>(modes.keySet());
        all.addAll(wanted.keySet());
        SortedMap<String, Section> parts = new TreeMap<>();
        // Listeners on all addresses first: where one cannot have its port, those that it would carry listen themselves.
        for (boolean settled = false; !settled; ) {
            Set<String> carried = carried(wanted, weak);
            parts.clear();
            lacking.clear();
            for (String mode : all) {
                List<Listener> listeners = wanted.getOrDefault(mode, List.of()).stream()
                        .filter(listener -> !carried.contains(listener.id())).toList();
                parts.put(mode, listeners(mode, Optional.ofNullable(modes.get(mode)), listeners, earlier.getOrDefault(mode, List.of()), lacking));
            }
            settled = !weak.addAll(failingCarriers(wanted, parts));
        }
        sections.addAll(parts.values());
        return reachable.stream().filter(allocation -> !lacking.contains(Wanted.listenerId(allocation))).toList();
    }

    private Section listeners(
            String mode, Optional<PlanRoles.Asked> asked, List<Listener> listeners, List<Listener> earlier, Set<String> lacking) {
        if (asked.isEmpty()) {
            listeners.forEach(listener -> lacking.add(listener.id()));
            return Section.of(Role.FORWARD, mode, List.of())
                    .failing("no plugin serves '" + mode + "' (missing, disabled or unloaded)");
        }
        Section section = PlanQuestions.ask(Role.FORWARD, asked.get(), PlanRequest.of(new ForwardRequest(listeners)),
                () -> Estimates.listeners(earlier, listeners));
        Set<String> blocked = section.blocked(Change.LISTENER);
        for (Listener listener : listeners) {
            if (section.problem().isPresent() || blocked.contains(Estimates.place(listener.address(), listener.port()))) {
                lacking.add(listener.id());
            }
        }
        return section;
    }

    private static Set<String> carried(SortedMap<String, List<Listener>> wanted, Set<String> weak) {
        Set<String> carried = new HashSet<>();
        Carrying.of(wanted.values().stream().flatMap(List::stream).toList()).stream()
                .filter(carry -> !weak.contains(carry.carrierId())).forEach(carry -> carried.add(carry.listenerId()));
        return carried;
    }

    /** Those on all addresses that would come, but not at their ports. */
    private Set<String> failingCarriers(SortedMap<String, List<Listener>> wanted, Map<String, Section> parts) {
        Set<String> earlier = new HashSet<>();
        Wanted.listeners(before()).values().forEach(list -> list.forEach(listener -> earlier.add(listener.id())));
        Set<String> failing = new HashSet<>();
        wanted.forEach((mode, listeners) -> {
            Set<String> coming = new HashSet<>();
            parts.get(mode).changes().stream().filter(change -> change.action() == Change.Action.ADD)
                    .forEach(change -> coming.add(change.line()));
            for (Listener listener : listeners) {
                boolean comes = coming.contains(Estimates.place(listener.address(), listener.port()));
                if (listener.address().isAnyLocalAddress() && !earlier.contains(listener.id()) && !comes) {
                    failing.add(listener.id());
                }
            }
        });
        return failing;
    }

    private void hosts(Collection<Allocation> up, boolean standsIn) {
        PlanRoles.Side side = roles.hosts();
        SortedMap<String, List<InetAddress>> names = Wanted.names(up, allocation -> true, standsIn);
        SortedMap<String, List<InetAddress>> earlier = Wanted.names(before(), allocation -> true,
                now.map(moment -> moment.stages().hostsStandsIn()).orElse(false));
        List<Section> parts = new ArrayList<>();
        side.going().forEach(going -> parts.add(PlanQuestions.ask(Role.HOSTS, going, PlanRequest.undo(),
                () -> Estimates.names(Change.FILE_LINE, earlier, Map.of())).going()));
        boolean anew = !side.going().isEmpty();
        side.then().ifPresentOrElse(
                then -> parts.add(PlanQuestions.ask(Role.HOSTS, then, new PlanRequest<>(Optional.of(new NamesRequest(names)), anew),
                        () -> Estimates.names(Change.FILE_LINE, anew ? Map.of() : earlier, names))),
                () -> {
                    if (!names.isEmpty() || anew) {
                        parts.add(Section.of(Role.HOSTS, "", List.of())
                                .failing(side.reason().isEmpty() ? "no plugin serves 'hosts'" : side.reason()));
                    }
                });
        sections.addAll(PlanQuestions.settle(parts));
    }

    /** This machine's interfaces without our own, neither the present one nor the one to come. */
    private LocalNetwork network(Optional<AddressRange> range) {
        LocalNetwork read = NetworkReader.read(config.net().interfaceName(), range);
        if (now.isEmpty()) {
            return read;
        }
        Optional<AddressRange> present = now.get().backends().range();
        String ours = now.get().config().net().interfaceName();
        return new LocalNetwork(read.interfaces().stream().filter(each -> !each.name().equals(ours))
                .map(each -> new LocalNetwork.Interface(each.name(), each.up(), each.loopback(), each.addresses().stream()
                        .filter(address -> each.loopback() && address.getHostAddress().equals("127.0.0.1")
                                || present.map(old -> !old.subnet().contains(address)).orElse(true)).toList()))
                .toList());
    }

    private Place place(String host) {
        String key = config.net().overrides().containsKey(host) ? "net.overrides, " + host : "net.listen_interface";
        return new Places(network).find(config.net().listenInterface(host), key);
    }

    private static <T> Set<T> minus(Set<T> all, Set<T> without) {
        Set<T> rest = new HashSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
