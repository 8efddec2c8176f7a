package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.names.DnsPlan;
import io.ngrokd.kernel.names.DnsProbe;
import io.ngrokd.kernel.reconcile.Desired;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the DNS server answer for names, and knows where it can be asked. */
final class DnsStage {

    private static final Logger LOG = LoggerFactory.getLogger(DnsStage.class);

    private final StageBus bus;
    private final RandomGenerator random;
    private DnsPlan plan = DnsPlan.NONE;
    private DaemonConfig.Dns dns;
    private List<InetSocketAddress> servers = List.of();
    private List<InetSocketAddress> listening = List.of();
    private Optional<InetSocketAddress> loopback = Optional.empty();
    private Optional<DnsProbe> probe = Optional.empty();
    private boolean inUse;

    DnsStage(StageBus bus, RandomGenerator random) {
        this.bus = bus;
        this.random = random;
    }

    /** Where it can be asked now; empty when nowhere. */
    List<InetSocketAddress> listening() {
        return listening;
    }

    /** What it is for. */
    DnsPlan plan() {
        return plan;
    }

    /** A name that it answers for and nobody else can; empty when no domain is to be asked for. */
    Optional<DnsProbe> probe() {
        return probe;
    }

    /** Where programs on this machine ask it best: at an address that stays, on the usual port. */
    Optional<InetSocketAddress> fromHere() {
        return DnsPlan.nearest(listening);
    }

    /** Names that are not among these any more are not answered from now on; nothing else changes. */
    void shrink(Collection<Allocation> kept) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>(plan.names());
        names.keySet().retainAll(kept.stream().map(allocation -> allocation.endpoint().host()).collect(Collectors.toSet()));
        if (inUse && names.size() < plan.names().size()) {
            plan = new DnsPlan(plan.wanted(), plan.listen(), plan.oneOf(), names, plan.domains());
            try {
                ask(listening);
            } catch (StageException tellsLater) {
                LOG.debug("The DNS server did not take names back; it is told again.", tellsLater);
            }
        }
    }

    /** Makes it so. */
    void apply(DnsPlan wanted, DaemonConfig.Dns config, Supplier<List<InetSocketAddress>> upstreams, Collection<Allocation> allocations,
            Failures failures) {
        plan = wanted;
        dns = config;
        servers = wanted.wanted() ? upstreams.get() : List.of();
        probe = probe.filter(known -> known.suits(wanted.domains())).or(() -> DnsProbe.below(wanted.domains(), random));
        if (!wanted.wanted()) {
            stop(failures);
            return;
        }
        List<InetSocketAddress> before = listening;
        Map<InetSocketAddress, StageFailure> failed = new TreeMap<>((one, other) -> one.toString().compareTo(other.toString()));
        // Also when there is no answer: then it is not known.
        inUse = true;
        try {
            listening = listen(failed);
        } catch (StageException whole) {
            failures.problem("dns", whole);
            if (whole.code() == FailureCode.NO_PLUGIN) {
                listening = List.of();
            }
            allocations.stream().filter(DnsPlan::needsServer).forEach(allocation -> failures.add(allocation, whole.failure()));
            return;
        }
        if (!listening.equals(before)) {
            LOG.info("The DNS server listens. at={} names={}", listening.stream().map(DnsStage::text).toList(), wanted.names().size());
        }
        report(failed, allocations, failures);
    }

    /** At all fixed places, and at the first of the others that can be had. */
    private List<InetSocketAddress> listen(Map<InetSocketAddress, StageFailure> failed) throws StageException {
        List<InetSocketAddress> candidates = new ArrayList<>(plan.oneOf());
        // The one in use stays: it is what the system's resolver was told.
        loopback.filter(candidates::contains).ifPresent(inUseNow -> {
            candidates.remove(inUseNow);
            candidates.addFirst(inUseNow);
        });
        loopback = Optional.empty();
        do {
            List<InetSocketAddress> places = new ArrayList<>(plan.listen());
            Optional<InetSocketAddress> candidate = candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.removeFirst());
            candidate.filter(place -> !places.contains(place)).ifPresent(places::add);
            Map<InetSocketAddress, StageFailure> refused = ask(places);
            failed.keySet().removeAll(plan.listen());
            failed.putAll(refused);
            places.removeAll(refused.keySet());
            loopback = candidate.filter(place -> !refused.containsKey(place));
            if (loopback.isPresent() || candidates.isEmpty()) {
                if (!places.isEmpty()) {
                    failed.keySet().removeAll(plan.oneOf());
                }
                return List.copyOf(places);
            }
        } while (true);
    }

    private Map<InetSocketAddress, StageFailure> ask(List<InetSocketAddress> places) throws StageException {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>(plan.names());
        probe.ifPresent(known -> names.put(known.wildcard(), List.of(known.answer())));
        return bus.request(BusAddress.STAGE_DNS, "dns_server", new DnsRequest(places, names, settings(places)), DnsReply.class).failed();
    }

    private void stop(Failures failures) {
        if (inUse) {
            try {
                ask(List.of());
                inUse = false;
            } catch (StageException whole) {
                if (whole.code() == FailureCode.NO_PLUGIN) {
                    inUse = false;
                } else {
                    failures.problem("dns", whole);
                }
            }
        }
        listening = List.of();
        loopback = Optional.empty();
    }

    private void report(Map<InetSocketAddress, StageFailure> failed, Collection<Allocation> allocations, Failures failures) {
        if (failed.isEmpty()) {
            return;
        }
        List<String> causes = new ArrayList<>();
        failed.forEach((place, failure) -> causes.add("not on " + text(place) + ": " + failure.message()));
        StageFailure sentence = new StageFailure(failed.values().iterator().next().code(), "the DNS server does not listen everywhere: "
                + String.join("; ", causes) + mend(failed.values()));
        failures.problem("dns", sentence.message());
        for (Allocation allocation : allocations) {
            // Some of several interfaces are enough for clients to ask at, and this machine's own programs need one place.
            if (DnsPlan.needsServer(allocation) && (listening.isEmpty() || unserved(allocation, failed))) {
                failures.add(allocation, new StageFailure(sentence.code(), "its name is not answered for: " + sentence.message()));
            }
        }
    }

    private boolean unserved(Allocation allocation, Map<InetSocketAddress, StageFailure> failed) {
        List<InetSocketAddress> places = plan.servedAt(allocation);
        return allocation.mode().equals(Desired.SHARED) && !places.isEmpty() && failed.keySet().containsAll(places);
    }

    private static String mend(Collection<StageFailure> failed) {
        if (failed.stream().anyMatch(failure -> failure.message().contains("dns.listen"))) {
            return "";
        }
        return "; stop what else answers DNS there (often dnsmasq or systemd-resolved), or set dns.listen to another address or port,"
                + " or dns.enabled to false";
    }

    private DnsSettings settings(List<InetSocketAddress> places) {
        // Never ourselves: a question would go round in circles.
        List<InetSocketAddress> others = servers.stream().filter(server -> !places.contains(server)).toList();
        return new DnsSettings(dns.ttl(), others, dns.zones(), dns.allow(), dns.rateLimit(), dns.cacheSize());
    }

    static String text(InetSocketAddress place) {
        return place.getAddress().getHostAddress() + ":" + place.getPort();
    }
}
