package io.ngrokd.kernel.status;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.event.EndpointEvent;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.status.DaemonStatus.CertificateStatus;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.DaemonStatus.Poll;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.DaemonStatus.Ways;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where results are written down. Safe for use by several threads; one thread writes endpoints, so that
 * their events come in order. */
public final class StatusBoard {

    private static final Logger LOG = LoggerFactory.getLogger(StatusBoard.class);

    /** What a warning is about when the config file cannot be used. */
    private static final String CONFIG = "config";

    private final Clock clock;
    private final Consumer<EndpointEvent> observers;
    private final BiConsumer<String, String> news;

    private Phase phase = Phase.STARTING;
    private Optional<String> operatorId = Optional.empty();
    private String ingress = "";
    private Ways ways = Ways.UNKNOWN;
    private NetworkStatus network = NetworkStatus.UNKNOWN;
    private Optional<CertificateStatus> certificate = Optional.empty();
    private Optional<String> certificateError = Optional.empty();
    private Optional<Poll> lastPoll = Optional.empty();
    private Optional<Instant> nextPoll = Optional.empty();
    private final SortedMap<String, RoleStatus> roles = new TreeMap<>();
    private SortedMap<String, EndpointStatus> endpoints = new TreeMap<>();
    private List<Refusal> refused = List.of();
    private final SortedMap<String, String> warnings = new TreeMap<>();

    /**
     * @param observers gets every event; must not block
     */
    public StatusBoard(Clock clock, Consumer<EndpointEvent> observers) {
        this(clock, observers, (type, message) -> {});
    }

    /**
     * @param observers gets every event of endpoints; must not block
     * @param news gets what happens to the daemon itself, a type and a sentence, as {@code /v1/events} has them; must not block
     */
    public StatusBoard(Clock clock, Consumer<EndpointEvent> observers, BiConsumer<String, String> news) {
        this.clock = clock;
        this.observers = observers;
        this.news = news;
    }

    /** Everything as it stands now. */
    public synchronized DaemonStatus read() {
        Optional<CertificateStatus> now = certificate.map(known -> new CertificateStatus(known.notBefore(), known.notAfter(),
                known.renewAt(), certificateError, !clock.instant().isBefore(known.notAfter())));
        boolean expired = now.map(CertificateStatus::expired).orElse(false);
        return new DaemonStatus(phase, operatorId, ingress, now, lastPoll, nextPoll,
                Collections.unmodifiableSortedMap(new TreeMap<>(roles)), expired ? cutOff(now.get().notAfter()) : endpoints, refused,
                Collections.unmodifiableSortedMap(new TreeMap<>(warnings)), ways, network);
    }

    /** The endpoints of a daemon whose certificate expired: they listen, and nothing gets through. */
    private SortedMap<String, EndpointStatus> cutOff(Instant end) {
        String reason = "the client certificate expired at " + end + ": ngrok refuses new connections until it is renewed"
                + certificateError.map(error -> " (" + error + ")").orElse("");
        SortedMap<String, EndpointStatus> degraded = new TreeMap<>();
        endpoints.forEach((key, status) -> {
            List<String> reasons = new ArrayList<>(List.of(reason));
            reasons.addAll(status.reasons());
            degraded.put(key, new EndpointStatus(
                    status.endpoint(), State.DEGRADED, status.listenInterface(), status.address(), status.bound(), reasons));
        });
        return Collections.unmodifiableSortedMap(degraded);
    }

    public synchronized void phase(Phase now) {
        if (phase != Phase.STOPPING) {
            phase = now;
        }
    }

    public synchronized void identity(String operator, Instant notBefore, Instant notAfter, Instant renewAt) {
        if (!operatorId.equals(Optional.of(operator))) {
            news.accept("operator.registered", "registered as " + operator + ", with a certificate until " + notAfter);
        } else if (certificate.map(known -> !known.notAfter().equals(notAfter)).orElse(false)) {
            news.accept("certificate.renewed", "the old certificate ended " + certificate.get().notAfter() + ", the new one ends "
                    + notAfter);
        }
        operatorId = Optional.of(operator);
        certificate = Optional.of(new CertificateStatus(notBefore, notAfter, renewAt, Optional.empty(), false));
    }

    /** We are not registered (any more). */
    public synchronized void noIdentity() {
        operatorId.ifPresent(lost -> news.accept("operator.lost", "ngrok does not know the operator " + lost
                + " any more; registering anew"));
        operatorId = Optional.empty();
        certificate = Optional.empty();
    }

    /** A renewal begins. */
    public synchronized void renewing() {
        news.accept("certificate.renewing", "a new client certificate is asked for"
                + certificate.map(known -> "; the one in use ends " + known.notAfter()).orElse(""));
    }

    /** A renewal failed, or (empty) none has failed since the last good one. */
    public synchronized void certificateError(Optional<String> reason) {
        reason.ifPresent(why -> news.accept("certificate.failed", "the client certificate could not be renewed: " + why));
        certificateError = reason;
    }

    public synchronized void ingress(String hostAndPort) {
        ingress = hostAndPort;
    }

    public synchronized void ways(Ways now) {
        ways = now;
    }

    public synchronized void network(NetworkStatus now) {
        network = now;
    }

    /** A listing succeeded. */
    public synchronized void polled() {
        if (lastPoll.flatMap(Poll::error).isPresent()) {
            news.accept("poll.recovered", "ngrok's endpoints can be listed again");
        }
        lastPoll = Optional.of(new Poll(clock.instant(), Optional.empty()));
        warnings.remove("discovery");
    }

    /** A listing failed; what was discovered stays up. */
    public synchronized void pollFailed(String reason) {
        if (!lastPoll.flatMap(Poll::error).equals(Optional.of(reason))) {
            news.accept("poll.failed", reason);
        }
        lastPoll = Optional.of(new Poll(clock.instant(), Optional.of(reason)));
        warnings.put("discovery", reason);
    }

    public synchronized void nextPoll(Instant due) {
        nextPoll = Optional.of(due);
    }

    public synchronized void role(String role, RoleStatus status) {
        RoleStatus before = roles.put(role, status);
        if (before == null || !before.backend().equals(status.backend())) {
            news.accept("backend.chosen", role + ": " + status.backend().map(name -> name + " (" + status.reason() + ")").orElse("none: "
                    + status.reason()));
        }
    }

    /** Puts up a warning that stays until it is cleared or replaced. */
    public synchronized void warn(String subject, String sentence) {
        String before = warnings.put(subject, sentence);
        if (subject.equals(CONFIG) && !sentence.equals(before)) {
            news.accept("config.invalid", sentence);
        } else if (before == null) {
            news.accept("warning.raised", subject + ": " + sentence);
        }
    }

    public synchronized void clearWarning(String subject) {
        if (warnings.remove(subject) != null) {
            boolean config = subject.equals(CONFIG);
            news.accept(config ? "config.mended" : "warning.cleared", config ? "the config file can be used again" : subject);
        }
    }

    /** Writes down how all endpoints fare, and tells observers what changed. */
    public void endpoints(SortedMap<String, EndpointStatus> now, List<Refusal> nowRefused) {
        // Told outside the lock: a stalled log must not stall those who only want to read.
        write(now, nowRefused).forEach(this::tell);
    }

    private synchronized List<EndpointEvent> write(SortedMap<String, EndpointStatus> now, List<Refusal> nowRefused) {
        List<EndpointEvent> events = new ArrayList<>();
        endpoints.forEach((key, before) -> {
            if (!now.containsKey(key)) {
                events.add(event(EndpointEvent.Kind.REMOVED, before.endpoint(), Optional.empty()));
            }
        });
        now.forEach((key, status) -> changed(endpoints.get(key), status, events));
        for (Refusal refusal : nowRefused) {
            if (!refused.contains(refusal)) {
                LOG.warn("An endpoint is refused. id={} url={} because={}", refusal.id(), printable(refusal.url()), refusal.reason());
            }
        }
        endpoints = Collections.unmodifiableSortedMap(new TreeMap<>(now));
        refused = List.copyOf(nowRefused);
        return events;
    }

    private void changed(EndpointStatus before, EndpointStatus now, List<EndpointEvent> events) {
        if (before == null) {
            events.add(event(EndpointEvent.Kind.ADDED, now.endpoint(), Optional.empty()));
        }
        boolean sameAsBefore = before != null && before.state() == now.state() && before.bound().equals(now.bound())
                && (now.state() == State.READY || before.reasons().equals(now.reasons()));
        if (!sameAsBefore) {
            events.add(now.state() == State.READY
                    ? event(EndpointEvent.Kind.READY, now.endpoint(), now.bound().map(bound -> "at " + text(bound)))
                    : event(EndpointEvent.Kind.DEGRADED, now.endpoint(), Optional.of(String.join("; ", now.reasons()))));
        }
    }

    private EndpointEvent event(EndpointEvent.Kind kind, Endpoint endpoint, Optional<String> reason) {
        return new EndpointEvent(kind, endpoint, reason, clock.instant());
    }

    private void tell(EndpointEvent event) {
        switch (event.kind()) {
            case ADDED -> LOG.info("Endpoint added. endpoint={} url={}", event.endpoint().key(), event.endpoint().url());
            case READY -> LOG.info("Endpoint ready. endpoint={} {}", event.endpoint().key(), event.reason().orElse(""));
            case DEGRADED -> LOG.warn("Endpoint degraded. endpoint={} because={}", event.endpoint().key(), event.reason().orElse(""));
            case REMOVED -> LOG.info("Endpoint removed. endpoint={}", event.endpoint().key());
        }
        observers.accept(event);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** A refused URL may hold line breaks: one endpoint must not forge log lines. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
