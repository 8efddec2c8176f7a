package io.ngrokd.kernel;

import io.ngrokd.kernel.data.ingress.IngressException;
import io.ngrokd.kernel.data.ingress.IngressProbe;
import io.ngrokd.kernel.data.ingress.IngressProbe.Server;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import io.ngrokd.kernel.data.ingress.IngressTrust;
import io.ngrokd.kernel.doctor.IngressVisit;
import io.ngrokd.kernel.doctor.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The doctor's own connection to the ingress, in words. */
final class DoctorsVisit implements IngressVisit {

    private static final Duration LATE_REFUSAL = Duration.ofMillis(500);
    /** Codes of this family say that nobody serves the endpoint at the moment. */
    private static final String OFFLINE_FAMILY = "ERR_NGROK_32";

    private final IngressProbe probe;
    private final String target;
    private final IngressTrust trust;
    private final Optional<Instant> certificateEnd;
    private Server server;
    private IngressException failure;

    /**
     * @param target the ingress as the status calls it
     * @param trust whom the probe trusts
     * @param certificateEnd when our certificate ends
     */
    DoctorsVisit(IngressProbe probe, String target, IngressTrust trust, Optional<Instant> certificateEnd) {
        this.probe = probe;
        this.target = target;
        this.trust = trust;
        this.certificateEnd = certificateEnd;
    }

    @Override
    public Seen reach() throws InterruptedException {
        try {
            server = probe.connect();
        } catch (IngressException failed) {
            failure = failed;
            if (!probe.isConnected()) {
                return Seen.failed(failed.getMessage(), "Is the address right (ingressEndpoint)? May this machine go out to it, or must it"
                        + " take a proxy (proxy.url)? The network here, a firewall or the ingress itself is in the way.");
            }
        }
        return Seen.ok(target + " accepts connections" + (server == null ? "" : ", at " + server.address() + server.proxy().map(proxy ->
                " through the proxy " + proxy).orElse("")));
    }

    @Override
    public Seen handshake(boolean alone) throws InterruptedException {
        Optional<IngressException> late = failure == null && alone ? probe.hungUp(LATE_REFUSAL) : Optional.empty();
        if (failure != null || late.isPresent()) {
            return failed(failure == null ? late.get() : failure);
        }
        String who = server.protocol() + " with " + server.certificate().getSubjectX500Principal() + ", issued by "
                + server.certificate().getIssuerX500Principal();
        return trust.verified() ? Seen.ok(who + "; verified by " + trust)
                : Seen.warning(who + "; not verified: whoever answers in its place can read and change everything",
                        "Remove server.insecure_skip_verify where this is no lab.");
    }

    @Override
    public Seen ask(String host, int port) throws InterruptedException {
        try {
            probe.ask(new IngressRequest(host, port));
            return Seen.ok("the ingress opened a stream to " + host + ":" + port);
        } catch (IngressException refused) {
            return failed(refused);
        }
    }

    @Override
    public Seen firstBytes(String host) throws InterruptedException {
        try {
            String line = probe.firstLine(("HEAD / HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: ngrokd-doctor/" + Version.current()
                    + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            if (line.isEmpty()) {
                return Seen.failed("the stream ended without a byte", "Look at the service behind the endpoint, and at its agent.");
            }
            if (!line.startsWith("HTTP/")) {
                return Seen.warning("what answers is no HTTP: " + line, "Is the endpoint really an http one?");
            }
            return line.matches("HTTP/\\S+ 5\\d\\d.*") ? Seen.warning("the service says " + line, "The way is good; look at the service behind it.")
                    : Seen.ok("the service says " + line);
        } catch (IngressException silent) {
            return Seen.failed(silent.getMessage(), "The way is good as far as ngrok; look at the service behind the endpoint, and at its agent.");
        }
    }

    private Seen failed(IngressException why) {
        String saw = why.errorCode().filter(code -> !why.getMessage().contains(code)).map(code -> code + ": ").orElse("") + why.getMessage();
        return Seen.failed(saw, mend(why));
    }

    private String mend(IngressException why) {
        boolean expired = certificateEnd.filter(Instant.now()::isAfter).isPresent();
        return switch (why.reason()) {
            // Where a root is missing, the message says which, and where it goes.
            case TLS_UNTRUSTED -> why.getMessage().contains("subject") && why.getMessage().contains("matching")
                    ? "Its certificate is for another name: compare ingressEndpoint with the names in it."
                    : "Somebody may sit between this machine and ngrok. Where that is meant to be so, or this is a lab, trust its CA:"
                            + " server.ingress_ca.";
            case CERTIFICATE_REFUSED, CERTIFICATE_MISSING -> expired ? "Our certificate expired: ngrokctl refresh-cert --force"
                    : "Have a new certificate made: ngrokctl refresh-cert --force";
            case UPGRADE_REFUSED -> why.errorCode().filter(code -> code.startsWith(OFFLINE_FAMILY)).isPresent()
                    ? "Start the agent or service that serves this endpoint."
                    : "Look the code up at https://ngrok.com/docs/errors, and whether the endpoint is still bound to this machine.";
            case TIMEOUT -> "Is the network slow or is something on the way that swallows TLS? Try again.";
            case UNREACHABLE -> "It may have refused our certificate (ngrokctl refresh-cert --force), or be restarting: try again.";
            case PROTOCOL -> "Is that an ngrok ingress (ingressEndpoint), or a proxy that must be named in proxy.url?";
        };
    }

    @Override
    public void close() {
        probe.close();
    }
}
