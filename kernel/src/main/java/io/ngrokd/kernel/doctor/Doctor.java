package io.ngrokd.kernel.doctor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.control.Examiner;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks the way of a name, or of no name in particular. Safe for use by several threads, which may block. */
public final class Doctor implements Examiner {

    private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The ingress needs the most: its name, TCP and TLS are one hop's work. */
    private static final Duration HOP = Duration.ofSeconds(8);
    private static final Duration WALK = Duration.ofSeconds(18);
    private static final Duration QUEUE = Duration.ofSeconds(5);
    private static final int AT_ONCE = 4;
    private static final int MOST_ENDPOINTS = 100;

    /** Warnings that a hop tells. */
    private static final Set<String> TOLD = Set.of("config", "restart", "environment", "discovery", "dns routing", "insecure", "netif");

    private final Instruments instruments;
    private final Supplier<DaemonStatus> status;
    private final Semaphore rooms = new Semaphore(AT_ONCE);

    /** @param status as it is when it is asked */
    public Doctor(Instruments instruments, Supplier<DaemonStatus> status) {
        this.instruments = instruments;
        this.status = status;
    }

    @Override
    public ObjectNode examine(Optional<String> name) throws ActionException {
        try {
            if (!rooms.tryAcquire(QUEUE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new ActionException("the doctor is busy with " + AT_ONCE + " others; try again");
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ActionException("ngrokd is stopping");
        }
        try {
            DaemonStatus now = status.get();
            return name.isPresent() ? walk(Subject.find(name.get(), now), now) : walk(now);
        } finally {
            rooms.release();
        }
    }

    /** The first hops of every way. */
    private static Walk begin(MachineChecks machine, Collection<EndpointStatus> concerned) {
        return new Walk(HOP, WALK)
                .hop("config", machine::config)
                .hop("privileges", () -> machine.privileges(concerned))
                .hop("API key", machine::apiKey)
                .hop("certificate", machine::certificate);
    }

    private ObjectNode walk(DaemonStatus now) {
        MachineChecks machine = new MachineChecks(instruments, now);
        Walk walk = begin(machine, now.endpoints().values()).hop("interface", machine::addresses)
                .hop("DNS server", () -> server(now)).hop("DNS routing", machine::routing);
        List<Hop> hops;
        try (Once visit = new Once()) {
            hops = new ArrayList<>(walk.hop("ingress", () -> visit.get().reach())
                    .hop("ingress TLS", () -> visit.get().handshake(true), "ingress").seen());
        }
        now.warnings().entrySet().stream().filter(warning -> !TOLD.contains(warning.getKey()))
                .forEach(warning -> hops.add(new Hop("warning", Seen.warning(warning.getValue(), ""))));
        ObjectNode document = describe(JSON.createObjectNode(), hops);
        document.put("endpoint_count", now.endpoints().size());
        ArrayNode endpoints = document.putArray("endpoints");
        now.endpoints().values().stream().sorted(Comparator.comparing(endpoint -> endpoint.state() == State.READY))
                .limit(MOST_ENDPOINTS).forEach(endpoint -> describe(endpoints.addObject(), endpoint));
        return document;
    }

    private static Seen server(DaemonStatus now) {
        List<String> servers = now.network().dnsListening();
        var role = now.roles().get("dns_server");
        if (servers.isEmpty()) {
            return Seen.skipped(role == null || role.description().isEmpty() ? "none" : role.description());
        }
        return Seen.ok(role == null ? String.join(", ", servers) : role.description());
    }

    private ObjectNode walk(Subject subject, DaemonStatus now) {
        MachineChecks machine = new MachineChecks(instruments, now);
        EndpointChecks endpoint = new EndpointChecks(instruments, now, subject);
        Walk walk = begin(machine, subject.endpoint().stream().toList())
                .hop("endpoint", endpoint::known)
                .hop("interface", () -> endpoint.carrier(machine), "endpoint")
                .hop("address", endpoint::address, "interface")
                .hop("listener", endpoint::listener, "address")
                .hop("port", endpoint::port, "address")
                .hop("hosts file", endpoint::hosts, "listener")
                .hop("DNS server", endpoint::dns, "listener")
                .hop("DNS routing", () -> endpoint.routing(machine), "endpoint");
        List<Hop> hops;
        try (Once visit = new Once()) {
            int port = subject.endpoint().map(known -> known.endpoint().port()).orElse(0);
            hops = walk.hop("ingress", () -> visit.get().reach())
                    .hop("ingress TLS", () -> visit.get().handshake(subject.endpoint().isEmpty()), "ingress")
                    .hop("binding exchange", () -> visit.get().ask(subject.host(), port), "ingress TLS", "endpoint")
                    .hop("first bytes", () -> firstBytes(visit, subject), "binding exchange").seen();
        }
        ObjectNode document = JSON.createObjectNode().put("name", subject.name()).put("host", subject.host());
        subject.endpoint().ifPresent(known -> describe(document, known));
        return describe(document, hops);
    }

    private static Seen firstBytes(Once visit, Subject subject) throws Exception {
        Protocol protocol = subject.endpoint().orElseThrow().endpoint().protocol();
        return protocol == Protocol.HTTP ? visit.get().firstBytes(subject.host())
                : Seen.skipped(protocol == Protocol.TCP ? "a tcp endpoint may wait for its client to speak first"
                        : "its TLS goes from end to end: 'answer' shows it");
    }

    /** One visit for all hops that need it; without a certificate there is none, and each says so. */
    private final class Once implements AutoCloseable {

        private Optional<IngressVisit> visit;

        synchronized IngressVisit get() throws Exception {
            if (visit == null) {
                visit = instruments.ingress();
            }
            return visit.orElse(NOBODY);
        }

        @Override
        public synchronized void close() {
            if (visit != null) {
                visit.ifPresent(IngressVisit::close);
            }
            visit = Optional.empty();
        }
    }

    /** Who has no certificate does not come in. */
    private static final IngressVisit NOBODY = new IngressVisit() {

        private final Seen none = Seen.skipped("without a client certificate the ingress talks to nobody");

        @Override
        public Seen reach() {
            return none;
        }

        @Override
        public Seen handshake(boolean alone) {
            return none;
        }

        @Override
        public Seen ask(String host, int port) {
            return none;
        }

        @Override
        public Seen firstBytes(String host) {
            return none;
        }

        @Override
        public void close() {
            LOG.trace("There was no visit.");
        }
    };

    private static ObjectNode describe(ObjectNode document, List<Hop> hops) {
        ArrayNode array = document.putArray("hops");
        for (Hop hop : hops) {
            ObjectNode one = array.addObject().put("hop", hop.name()).put("state", hop.seen().state().name().toLowerCase(Locale.ROOT))
                    .put("saw", hop.seen().saw());
            if (!hop.seen().mend().isEmpty()) {
                one.put("mend", hop.seen().mend());
            }
        }
        return document;
    }

    private static void describe(ObjectNode document, EndpointStatus endpoint) {
        document.put("endpoint", endpoint.endpoint().key().toString());
        document.put("hostname", endpoint.endpoint().host());
        document.put("port", endpoint.endpoint().port());
        document.put("url", endpoint.endpoint().url());
        document.put("protocol", endpoint.endpoint().protocol().scheme());
        document.put("state", endpoint.state().name().toLowerCase(Locale.ROOT));
        document.put("reason", String.join("; ", endpoint.reasons()));
        document.put("address", endpoint.address().map(InetAddress::getHostAddress).orElse(""));
        document.put("listen_port", endpoint.bound().map(place -> place.getPort()).orElse(0));
    }
}
