package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.Difference;
import io.ngrokd.kernel.reconcile.Wanted;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the system to a wanted state, one pass at a time: first what goes (names, listeners), then what must be
 * (addresses, listeners, names). Every request holds the whole state, so any pass repairs what an earlier one missed.
 *
 * <p>When a stage as a whole fails or does not answer, what it last said to be up counts as up: a sick backend takes
 * nothing down that works. Used by one thread at a time.
 */
public final class Pipeline {

    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final StageBus bus;
    private final DataPlaneRoutes routes;
    private final Supplier<Duration> drainLimit;
    private final Lingering lingering;

    private SortedMap<EndpointKey, Allocation> current = new TreeMap<>();
    private Set<InetAddress> addressesAsked = Set.of();
    private Set<InetAddress> addressesUp = Set.of();
    private final Map<String, InetSocketAddress> bound = new HashMap<>();
    private final Map<String, String> remarks = new HashMap<>();
    private final SortedSet<String> modesInUse = new TreeSet<>();
    private final SortedMap<String, String> problems = new TreeMap<>();

    /**
     * @param drainLimit how long connections of a removed endpoint may go on; asked for at each removal
     */
    public Pipeline(StageBus bus, DataPlaneRoutes routes, Supplier<Duration> drainLimit) {
        this.bus = bus;
        this.routes = routes;
        this.drainLimit = drainLimit;
        this.lingering = new Lingering(routes);
    }

    /**
     * Makes it so, as far as it can be, and says what became of each endpoint.
     *
     * @param range where virtual addresses come from; empty when nobody can make any
     */
    public Pass apply(Desired desired, Optional<AddressRange> range) {
        problems.clear();
        Difference difference = Difference.between(current, desired.allocations());
        Map<EndpointKey, List<StageFailure>> failures = new HashMap<>();
        if (!difference.removed().isEmpty()) {
            shrink(difference);
        }
        current = new TreeMap<>(desired.allocations());
        range.ifPresentOrElse(known -> netif(known, failures), () -> addressesUp = Set.of());
        forward(failures);
        names(current.values(), failures);
        return new Pass(outcomes(desired, failures), new TreeMap<>(problems));
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

    /** Whether removed endpoints still have connections, so that another pass is due soon. */
    public boolean hasLingering() {
        return lingering.any();
    }

    private void shrink(Difference difference) {
        Collection<Allocation> kept = difference.kept().values();
        names(kept, new HashMap<>());
        SortedMap<String, List<Listener>> listeners = Wanted.listeners(kept);
        for (String mode : List.copyOf(modesInUse)) {
            forward(mode, listeners.getOrDefault(mode, List.of()), new HashMap<>());
        }
        publishRoutes(kept);
        Duration limit = drainLimit.get();
        lingering.keep(difference.removed(), current, limit);
        routes.drain(difference.removed(), limit);
    }

    private void netif(AddressRange range, Map<EndpointKey, List<StageFailure>> failures) {
        Set<InetAddress> wanted = Wanted.addresses(current.values());
        Set<InetAddress> asked = new HashSet<>(wanted);
        asked.addAll(lingering.addresses());
        Map<InetAddress, StageFailure> failed = new HashMap<>();
        try {
            NetifReply reply = bus.request(BusAddress.STAGE_NETIF, "netif",
                    new NetifRequest(range, asked, minus(asked, addressesAsked), minus(addressesAsked, asked)), NetifReply.class);
            addressesAsked = asked;
            failed.putAll(reply.failed());
            addressesUp = minus(wanted, failed.keySet());
        } catch (StageException whole) {
            problem("netif", whole);
            wanted.forEach(address -> failed.put(address, whole.failure()));
            addressesUp = minus(wanted, minus(wanted, addressesUp));
        }
        for (Allocation allocation : current.values()) {
            StageFailure failure = failed.get(allocation.address());
            if (failure != null && allocation.mode().equals(Desired.VIRTUAL)) {
                add(failures, allocation, failure);
            }
        }
    }

    private void forward(Map<EndpointKey, List<StageFailure>> failures) {
        List<Allocation> reachable = current.values().stream()
                .filter(allocation -> !allocation.mode().equals(Desired.VIRTUAL) || addressesUp.contains(allocation.address())).toList();
        // Routes first: a connection may arrive the moment its listener is bound.
        publishRoutes(reachable);
        SortedMap<String, List<Listener>> listeners = Wanted.listeners(reachable);
        SortedSet<String> modes = new TreeSet<>(modesInUse);
        modes.addAll(listeners.keySet());
        Map<String, StageFailure> failed = new HashMap<>();
        for (String mode : modes) {
            forward(mode, listeners.getOrDefault(mode, List.of()), failed);
        }
        for (Allocation allocation : reachable) {
            StageFailure failure = failed.get(Wanted.listenerId(allocation));
            InetSocketAddress listening = bound.get(Wanted.listenerId(allocation));
            if (failure != null) {
                add(failures, allocation, failure);
            } else if (listening != null && listening.getPort() != allocation.endpoint().port()) {
                String why = remarks.getOrDefault(Wanted.listenerId(allocation),
                        "port " + allocation.endpoint().port() + " is taken by another program");
                add(failures, allocation, new StageFailure(
                        FailureCode.IN_USE, why + "; listening on " + listening.getPort() + " until it is free"));
            }
        }
    }

    private void forward(String mode, List<Listener> listeners, Map<String, StageFailure> failed) {
        if (listeners.isEmpty() && !modesInUse.contains(mode)) {
            return;
        }
        String prefix = mode + ":";
        Set<String> wanted = new HashSet<>();
        listeners.forEach(listener -> wanted.add(listener.id()));
        try {
            ForwardReply reply = bus.request(BusAddress.stageForward(mode), mode, new ForwardRequest(listeners), ForwardReply.class);
            bound.keySet().removeIf(id -> id.startsWith(prefix));
            reply.bound().forEach((id, address) -> {
                if (wanted.contains(id)) {
                    bound.put(id, address);
                }
            });
            remarks.keySet().removeIf(id -> id.startsWith(prefix));
            remarks.putAll(reply.remarks());
            failed.putAll(reply.failed());
            modesInUse.add(mode);
        } catch (StageException whole) {
            problem("forward", whole);
            bound.keySet().removeIf(id -> id.startsWith(prefix) && !wanted.contains(id));
            if (whole.code() == FailureCode.NO_PLUGIN) {
                bound.keySet().removeIf(id -> id.startsWith(prefix));
            }
            wanted.forEach(id -> failed.put(id, whole.failure()));
        }
        if (listeners.isEmpty()) {
            modesInUse.remove(mode);
        }
    }

    private void names(Collection<Allocation> allocations, Map<EndpointKey, List<StageFailure>> failures) {
        SortedMap<String, List<InetAddress>> names =
                Wanted.names(allocations, allocation -> bound.containsKey(Wanted.listenerId(allocation)));
        Map<String, StageFailure> failed = new HashMap<>();
        try {
            failed.putAll(bus.request(BusAddress.STAGE_NAMES, "hosts", new NamesRequest(names), NamesReply.class).failed());
        } catch (StageException whole) {
            problem("names", whole);
            names.keySet().forEach(name -> failed.put(name, whole.failure()));
        }
        for (Allocation allocation : allocations) {
            StageFailure failure = failed.get(allocation.endpoint().host());
            if (failure != null && Wanted.hasName(allocation)) {
                add(failures, allocation, failure);
            }
        }
    }

    private SortedMap<EndpointKey, Outcome> outcomes(Desired desired, Map<EndpointKey, List<StageFailure>> failures) {
        SortedMap<EndpointKey, Outcome> outcomes = new TreeMap<>();
        desired.unallocated().forEach((key, failure) -> outcomes.put(key, new Outcome(Optional.empty(), List.of(failure))));
        current.forEach((key, allocation) -> outcomes.put(key,
                new Outcome(Optional.ofNullable(bound.get(Wanted.listenerId(allocation))), failures.getOrDefault(key, List.of()))));
        return outcomes;
    }

    private void problem(String stage, StageException whole) {
        LOG.warn("A stage failed as a whole. stage={} backend={} code={} cause={}", stage, whole.plugin(), whole.code(), whole.getMessage());
        problems.put(stage, whole.getMessage());
    }

    private void publishRoutes(Collection<Allocation> allocations) {
        List<Listener> listeners = new ArrayList<>();
        Wanted.listeners(allocations).values().forEach(listeners::addAll);
        Map<EndpointKey, Endpoint> endpoints = new HashMap<>();
        allocations.forEach(allocation -> endpoints.put(allocation.endpoint().key(), allocation.endpoint()));
        routes.publish(listeners, endpoints);
    }

    private static void add(Map<EndpointKey, List<StageFailure>> failures, Allocation allocation, StageFailure failure) {
        failures.computeIfAbsent(allocation.endpoint().key(), key -> new ArrayList<>()).add(failure);
    }

    private static <T> Set<T> minus(Set<T> all, Set<T> without) {
        Set<T> rest = new HashSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
