package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.discovery.Refusal;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Status as JSON: the Go daemon's fields under the Go daemon's names, ours beside them. */
public final class Documents {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Go's zero time: clients written in Go parse the field. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private static final int SHOWN_TROUBLED = 5;

    private final About about;
    private final Supplier<DaemonStatus> status;
    private final Function<EndpointKey, Traffic> traffic;
    private final Supplier<String> apiUrl;
    private final Supplier<String> healthAddress;

    public Documents(About about, Supplier<DaemonStatus> status, Function<EndpointKey, Traffic> traffic, Supplier<String> apiUrl,
            Supplier<String> healthAddress) {
        this.about = about;
        this.status = status;
        this.traffic = traffic;
        this.apiUrl = apiUrl;
        this.healthAddress = healthAddress;
    }

    /** {@code status}: the daemon. */
    public ObjectNode status() {
        DaemonStatus now = status.get();
        ObjectNode document = JSON.createObjectNode();
        document.put("registered", now.operatorId().isPresent());
        document.put("operator_id", now.operatorId().orElse(""));
        document.put("endpoint_count", now.endpoints().size());
        document.put("ingress_endpoint", now.ingress());

        document.put("version", about.version());
        document.put("pid", about.pid());
        document.put("state", now.phase().words());
        document.put("started_at", about.startedAt().toString());
        document.put("config_path", about.configPath());
        document.put("socket_path", about.socketPath());
        document.put("health_address", healthAddress.get());
        document.put("api_url", apiUrl.get());
        document.put("transport", about.transport());
        document.put("ingress_verification", now.ways().ingressVerification());
        now.ways().proxy().ifPresent(proxy -> document.put("proxy", proxy));
        describeLastPoll(document, now);
        now.nextPoll().ifPresent(due -> document.put("next_poll_at", due.toString()));
        describeTrouble(document.putArray("troubled"), now);
        describeCertificate(document, now);
        now.roles().forEach((role, charge) -> document.set(role, role(charge)));
        ObjectNode network = document.putObject("network");
        now.network().addresses().forEach(network.putArray("addresses")::add);
        now.network().dnsListening().forEach(network.putArray("dns_listening")::add);
        document.put("endpoints_ready", now.count(State.READY));
        document.put("endpoints_degraded", now.count(State.DEGRADED));
        document.put("endpoints_refused", now.refused().size());
        describeWarnings(document, now);
        return document;
    }

    private static void describeWarnings(ObjectNode document, DaemonStatus now) {
        ArrayNode warnings = document.putArray("warnings");
        now.warnings().forEach((subject, message) -> warnings.addObject().put("subject", subject).put("message", message));
    }

    private static void describeLastPoll(ObjectNode document, DaemonStatus now) {
        now.lastPoll().ifPresent(poll -> {
            ObjectNode last = document.putObject("last_poll").put("at", poll.at().toString()).put("ok", poll.error().isEmpty());
            poll.error().ifPresent(error -> last.put("error", error));
        });
    }

    private static void describeCertificate(ObjectNode document, DaemonStatus now) {
        now.certificate().ifPresent(certificate -> {
            ObjectNode part = document.putObject("certificate");
            part.put("not_before", certificate.notBefore().toString());
            part.put("not_after", certificate.notAfter().toString());
            part.put("renew_at", certificate.renewAt().toString());
            part.put("expired", certificate.expired());
            certificate.lastError().ifPresent(error -> part.put("last_error", error));
        });
    }

    private static ObjectNode role(RoleStatus charge) {
        ObjectNode document = JSON.createObjectNode();
        document.put("backend", charge.backend().orElse(""));
        document.put("description", charge.description());
        document.put("reason", charge.reason());
        ArrayNode choices = document.putArray("choices");
        charge.candidates().forEach(candidate -> choices.addObject()
                .put("name", candidate.name())
                .put("available", candidate.available())
                .put("chosen", candidate.name().equals(charge.backend().orElse("")))
                .put("reason", candidate.reason()));
        return document;
    }

    /** The first few that a person should look at. */
    private static void describeTrouble(ArrayNode troubled, DaemonStatus now) {
        now.endpoints().values().stream().filter(endpoint -> endpoint.state() != State.READY).limit(SHOWN_TROUBLED).forEach(endpoint ->
                troubled.addObject().put("url", endpoint.endpoint().url()).put("state", endpoint.state().name().toLowerCase(Locale.ROOT))
                        .put("reason", String.join("; ", endpoint.reasons())));
        now.refused().stream().limit(SHOWN_TROUBLED - troubled.size()).forEach(refusal ->
                troubled.addObject().put("url", refusal.url()).put("state", "refused").put("reason", refusal.reason()));
    }

    /** {@code list}: the endpoints, served and refused. */
    public ArrayNode list() {
        DaemonStatus now = status.get();
        ArrayNode document = JSON.createArrayNode();
        now.endpoints().values().forEach(endpoint -> describe(document.addObject(), endpoint));
        now.refused().forEach(refusal -> describe(document.addObject(), refusal));
        return document;
    }

    /**
     * One of the served endpoints, as in the list.
     *
     * @param key {@code host:port}
     */
    public Optional<ObjectNode> endpoint(String key) {
        return Optional.ofNullable(status.get().endpoints().get(key)).map(endpoint -> {
            ObjectNode document = JSON.createObjectNode();
            describe(document, endpoint);
            return document;
        });
    }

    /** The client certificate; empty while there is none. */
    public ObjectNode certificate() {
        ObjectNode document = JSON.createObjectNode();
        describeCertificate(document, status.get());
        return document.path("certificate") instanceof ObjectNode certificate ? certificate : JSON.createObjectNode();
    }

    private void describe(ObjectNode document, EndpointStatus endpoint) {
        boolean virtual = endpoint.listenInterface().equals("virtual");
        int boundPort = endpoint.bound().map(InetSocketAddress::getPort).orElse(0);
        document.put("id", endpoint.endpoint().ids().getFirst());
        document.put("hostname", endpoint.endpoint().host());
        document.put("ip", endpoint.address().map(InetAddress::getHostAddress).orElse(""));
        document.put("port", virtual && boundPort != 0 ? boundPort : endpoint.endpoint().port());
        document.put("url", endpoint.endpoint().url());
        document.put("local_listener", endpoint.bound().isPresent());
        document.put("network_port", virtual ? 0 : boundPort);
        document.put("listen_interface", endpoint.listenInterface());

        document.put("endpoint", endpoint.endpoint().key().toString());
        document.put("protocol", endpoint.endpoint().protocol().scheme());
        document.put("state", endpoint.state().name().toLowerCase(Locale.ROOT));
        document.put("reason", String.join("; ", endpoint.reasons()));
        ArrayNode ids = document.putArray("ids");
        endpoint.endpoint().ids().forEach(ids::add);
        Traffic passed = traffic.apply(endpoint.endpoint().key());
        document.put("connections", passed.connections());
        document.put("total_connections", passed.totalConnections());
        document.put("errors", passed.errors());
        passed.lastError().ifPresent(failure -> document.put("last_error", failure.message())
                .put("last_error_cause", failure.cause())
                .put("last_error_at", failure.at().toString()));
    }

    private static void describe(ObjectNode document, Refusal refusal) {
        document.put("id", refusal.id());
        document.put("hostname", "");
        document.put("ip", "");
        document.put("port", 0);
        document.put("url", refusal.url());
        document.put("local_listener", false);
        document.put("network_port", 0);
        document.put("listen_interface", "");
        document.put("state", "refused");
        document.put("reason", refusal.reason());
    }

    /** {@code /status} of the health server. */
    public ObjectNode health() {
        DaemonStatus now = status.get();
        Instant clock = Instant.now();
        ObjectNode document = JSON.createObjectNode();
        document.put("healthy", isHealthy());
        document.put("ready", isReady());
        document.put("uptime", uptime(Duration.between(about.startedAt(), clock)));
        document.put("start_time", about.startedAt().truncatedTo(ChronoUnit.SECONDS).toString());
        describeLastPoll(document, now);
        describeCertificate(document, now);
        describeWarnings(document, now);
        ObjectNode endpoints = document.putObject("endpoints");
        now.endpoints().values().forEach(endpoint -> {
            Traffic passed = traffic.apply(endpoint.endpoint().key());
            ObjectNode entry = endpoints.putObject(endpoint.endpoint().ids().getFirst());
            entry.put("name", endpoint.endpoint().host());
            entry.put("local_address", endpoint.bound().map(at -> at.getAddress().getHostAddress() + ":" + at.getPort()).orElse(""));
            entry.put("target_uri", endpoint.endpoint().url());
            entry.put("active", endpoint.state() == State.READY);
            entry.put("connections", passed.connections());
            entry.put("total_connections", passed.totalConnections());
            entry.put("last_activity", passed.lastActivity().map(Instant::toString).orElse(NEVER));
            entry.put("errors", passed.errors());
        });
        return document;
    }

    /** Running, and not on the way out. */
    public boolean isHealthy() {
        return status.get().phase() != DaemonStatus.Phase.STOPPING;
    }

    /** Registered, what was listed is being served, and ngrok lets connections in. */
    public boolean isReady() {
        DaemonStatus now = status.get();
        return now.phase() == DaemonStatus.Phase.SERVING && !now.isCertificateExpired();
    }

    /** As Go prints durations: {@code 1h2m3s}. */
    private static String uptime(Duration time) {
        String seconds = time.toSecondsPart() + "s";
        if (time.toHours() > 0) {
            return time.toHours() + "h" + time.toMinutesPart() + "m" + seconds;
        }
        return time.toMinutes() > 0 ? time.toMinutes() + "m" + seconds : seconds;
    }
}
