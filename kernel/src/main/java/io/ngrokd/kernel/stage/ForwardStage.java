package io.ngrokd.kernel.stage;

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
import io.ngrokd.kernel.reconcile.Carrying;
import io.ngrokd.kernel.reconcile.Carrying.Carry;
import io.ngrokd.kernel.reconcile.Wanted;
import java.net.InetSocketAddress;
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
import java.util.TreeSet;

/**
 * Has all listeners bound, each by its forwarding mode, and knows where they accept. One that another one carries (see
 * {@link Carrying}) is not bound itself; it is as soon as the other one has not the port that it wants.
 */
final class ForwardStage {

    private final StageBus bus;
    private final DataPlaneRoutes routes;
    private final Map<String, InetSocketAddress> bound = new HashMap<>();
    private final Map<String, String> remarks = new HashMap<>();
    private final Map<String, Set<String>> asked = new HashMap<>();
    private final SortedSet<String> modesInUse = new TreeSet<>();
    private final Carriers carriers = new Carriers();

    ForwardStage(StageBus bus, DataPlaneRoutes routes) {
        this.bus = bus;
        this.routes = routes;
    }

    /** Where an endpoint accepts connections now. */
    Optional<InetSocketAddress> bound(Allocation allocation) {
        return Optional.ofNullable(bound.get(Wanted.listenerId(allocation)));
    }

    /** Things may have changed: carriers that did not get their ports are tried again at the next pass. */
    void tryCarriersAgain() {
        carriers.forget();
    }

    /** Those that carry nobody for now. */
    Set<String> weakCarriers() {
        return carriers.weak();
    }

    /** Binds nothing that was not, and unbinds what is not for these. */
    void shrink(Collection<Allocation> kept) {
        SortedMap<String, List<Listener>> listeners = Wanted.listeners(kept);
        for (String mode : List.copyOf(modesInUse)) {
            ask(mode, of(listeners, mode, asked.getOrDefault(mode, Set.of())), new HashMap<>());
        }
        publishRoutes(kept);
    }

    /** @param reachable those whose addresses exist */
    void apply(Collection<Allocation> reachable, Failures failures) {
        // Routes first: a connection may arrive the moment its listener is bound.
        publishRoutes(reachable);
        SortedMap<String, List<Listener>> listeners = Wanted.listeners(reachable);
        List<Carry> carries = carries(listeners);
        Set<String> own = new HashSet<>();
        listeners.values().forEach(list -> list.forEach(listener -> own.add(listener.id())));
        carries.stream().filter(carry -> carriers.mayCarry(carry.carrierId())).forEach(carry -> own.remove(carry.listenerId()));
        SortedSet<String> modes = new TreeSet<>(modesInUse);
        modes.addAll(listeners.keySet());
        Map<String, StageFailure> failed = new HashMap<>();
        unbind(listeners, own, failures);
        modes.forEach(mode -> ask(mode, of(listeners, mode, own), failed).ifPresent(cause -> failures.problem("forward", cause)));
        carry(listeners, carries, own, failed, failures);
        report(reachable, failed, failures);
    }

    /** Before anything is bound: what goes may be in the way of what comes. */
    private void unbind(SortedMap<String, List<Listener>> listeners, Set<String> own, Failures failures) {
        for (String mode : List.copyOf(modesInUse)) {
            Set<String> before = asked.getOrDefault(mode, Set.of());
            if (!own.containsAll(before)) {
                Set<String> stay = new HashSet<>(before);
                stay.retainAll(own);
                ask(mode, of(listeners, mode, stay), new HashMap<>()).ifPresent(cause -> failures.problem("forward", cause));
            }
        }
    }

    /** Those whose carriers have the wanted port are up with them; the others are bound after all. */
    private void carry(SortedMap<String, List<Listener>> listeners, List<Carry> carries, Set<String> own, Map<String, StageFailure> failed,
            Failures failures) {
        Map<String, Listener> byId = new HashMap<>();
        listeners.values().forEach(list -> list.forEach(listener -> byId.put(listener.id(), listener)));
        Set<String> uncarried = new HashSet<>();
        Set<String> tried = new HashSet<>();
        for (Carry carry : carries) {
            if (own.contains(carry.listenerId())) {
                continue;
            }
            boolean carried = hasItsPort(byId.get(carry.carrierId()));
            if (tried.add(carry.carrierId())) {
                carriers.tried(carry.carrierId(), carried);
            }
            if (carried) {
                bound.put(carry.listenerId(), new InetSocketAddress(carry.address(), bound.get(carry.carrierId()).getPort()));
            } else {
                uncarried.add(carry.listenerId());
            }
        }
        own.addAll(uncarried);
        listeners.forEach((mode, list) -> {
            if (list.stream().anyMatch(listener -> uncarried.contains(listener.id()))) {
                ask(mode, of(listeners, mode, own), failed).ifPresent(cause -> failures.problem("forward", cause));
            }
        });
    }

    private boolean hasItsPort(Listener listener) {
        InetSocketAddress place = bound.get(listener.id());
        return place != null && place.getPort() == listener.port();
    }

    private void report(Collection<Allocation> reachable, Map<String, StageFailure> failed, Failures failures) {
        for (Allocation allocation : reachable) {
            StageFailure failure = failed.get(Wanted.listenerId(allocation));
            InetSocketAddress listening = bound.get(Wanted.listenerId(allocation));
            if (failure != null) {
                failures.add(allocation, failure);
            } else if (listening != null && listening.getPort() != allocation.port()) {
                String why = remarks.getOrDefault(Wanted.listenerId(allocation), "port " + allocation.port() + " is taken by another program");
                failures.add(allocation, new StageFailure(
                        FailureCode.IN_USE, why + "; listening on " + listening.getPort() + " until it is free"));
            }
        }
    }

    /** @return why the mode as a whole failed; empty when it did not */
    private Optional<StageException> ask(String mode, List<Listener> listeners, Map<String, StageFailure> failed) {
        if (listeners.isEmpty() && !modesInUse.contains(mode)) {
            return Optional.empty();
        }
        String prefix = mode + ":";
        Set<String> wanted = new HashSet<>();
        listeners.forEach(listener -> wanted.add(listener.id()));
        Optional<StageException> failure = Optional.empty();
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
            failed.keySet().removeIf(id -> id.startsWith(prefix));
            failed.putAll(reply.failed());
            modesInUse.add(mode);
        } catch (StageException whole) {
            failure = Optional.of(whole);
            bound.keySet().removeIf(id -> id.startsWith(prefix) && (whole.code() == FailureCode.NO_PLUGIN || !wanted.contains(id)));
            wanted.forEach(id -> failed.put(id, whole.failure()));
        }
        asked.put(mode, wanted);
        if (listeners.isEmpty()) {
            modesInUse.remove(mode);
        }
        return failure;
    }

    private void publishRoutes(Collection<Allocation> allocations) {
        SortedMap<String, List<Listener>> byMode = Wanted.listeners(allocations);
        List<Listener> listeners = new ArrayList<>();
        byMode.values().forEach(listeners::addAll);
        Map<EndpointKey, Endpoint> endpoints = new HashMap<>();
        allocations.forEach(allocation -> endpoints.put(allocation.endpoint().key(), allocation.endpoint()));
        routes.publish(listeners, endpoints, carries(byMode));
    }

    private static List<Carry> carries(SortedMap<String, List<Listener>> listeners) {
        return Carrying.of(listeners.values().stream().flatMap(List::stream).toList());
    }

    private static List<Listener> of(SortedMap<String, List<Listener>> listeners, String mode, Set<String> ids) {
        return listeners.getOrDefault(mode, List.of()).stream().filter(listener -> ids.contains(listener.id())).toList();
    }
}
