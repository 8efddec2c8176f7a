package io.ngrokd.kernel.status;

import io.ngrokd.kernel.discovery.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Everything that is known of the daemon at one moment.
 *
 * @param phase in words
 * @param operatorId empty while not registered
 * @param ingress {@code host:port}
 * @param certificate the client certificate; empty while not registered
 * @param lastPoll the last try to list endpoints
 * @param nextPoll when the next one is due
 * @param roles role to the backend in charge, and how it was chosen
 * @param endpoints by {@code host:port}
 * @param refused listed and not served
 * @param warnings by subject; what a person should look at
 * @param ways how ngrok is reached
 * @param network how what is served is found
 */
public record DaemonStatus(
        Phase phase, Optional<String> operatorId, String ingress, Optional<CertificateStatus> certificate, Optional<Poll> lastPoll,
        Optional<Instant> nextPoll, SortedMap<String, RoleStatus> roles, SortedMap<String, EndpointStatus> endpoints,
        List<Refusal> refused, SortedMap<String, String> warnings, Ways ways, NetworkStatus network) {

    /** What the daemon is about. */
    public enum Phase {
        STARTING("starting"),
        WAITING_FOR_KEY("waiting for an API key"),
        REGISTERING("registering"),
        SERVING("serving"),
        STOPPING("stopping");

        private final String words;

        Phase(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /**
     * A try to list endpoints.
     *
     * @param error why it failed; empty when it succeeded
     */
    public record Poll(Instant at, Optional<String> error) {}

    /**
     * Who is in charge of a role.
     *
     * @param backend its name; empty when none can work
     * @param description how it does it; empty when none
     * @param reason why this one, or why none
     * @param candidates every backend of the role and what it said, best first
     */
    public record RoleStatus(Optional<String> backend, String description, String reason, List<Candidate> candidates) {}

    /**
     * How ngrok is reached, and who is believed to be it.
     *
     * @param ingressVerification whom the ingress's certificate must lead to, or {@code OFF}
     * @param proxy the proxy in use, without its password; empty when there is none
     */
    public record Ways(String ingressVerification, Optional<String> proxy) {

        /** Not known yet. */
        public static final Ways UNKNOWN = new Ways("", Optional.empty());
    }

    /** A backend that was looked at. */
    public record Candidate(String name, boolean available, String reason) {}

    /**
     * The client certificate.
     *
     * @param renewAt when its renewal is due
     * @param lastError why it could not be renewed; empty when the last try was good, or there was none
     * @param expired whether it ended
     */
    public record CertificateStatus(Instant notBefore, Instant notAfter, Instant renewAt, Optional<String> lastError, boolean expired) {}

    /** Whether ngrok refuses new connections because the certificate ended. */
    public boolean isCertificateExpired() {
        return certificate.map(CertificateStatus::expired).orElse(false);
    }

    /** Endpoints in a state. */
    public long count(EndpointStatus.State state) {
        return endpoints.values().stream().filter(endpoint -> endpoint.state() == state).count();
    }
}
