package io.ngrokd.kernel.doctor;

import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.DaemonStatus.CertificateStatus;
import io.ngrokd.kernel.status.DaemonStatus.Poll;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The hops that are the same for every name. */
final class MachineChecks {

    private static final int FIRST_FREE_PORT = 1024;
    private static final String SET_KEY = "Give it one: ngrokctl set-api-key";

    private final Instruments instruments;
    private final DaemonStatus now;

    MachineChecks(Instruments instruments, DaemonStatus now) {
        this.instruments = instruments;
        this.now = now;
    }

    Seen config() {
        Instruments.Config config = instruments.config();
        if (config.problem().isPresent()) {
            return Seen.failed(config.file() + " cannot be used as it is now, what was read before counts: "
                            + String.join("; ", config.problem().get().lines().toList()),
                    "Mend it ('ngrokctl config edit' checks while you edit); it counts as soon as it is saved.");
        }
        String place = config.exists() ? config.file() + " is good" : "there is no " + config.file() + ": defaults and the environment count";
        for (String subject : new String[] {"config", "restart", "environment"}) {
            String warning = now.warnings().get(subject);
            if (warning != null) {
                return Seen.warning(place + "; " + warning, subject.equals("restart") ? "Restart ngrokd when it suits." : "");
            }
        }
        return Seen.ok(place);
    }

    /** @param concerned whose ports are wanted */
    Seen privileges(Collection<EndpointStatus> concerned) {
        ProcessHandle process = ProcessHandle.current();
        String who = "ngrokd runs as " + process.info().user().orElse(System.getProperty("user.name")) + " (pid " + process.pid() + ")";
        if (instruments.mayListenLow()) {
            return Seen.ok(who + ", and may listen on every port");
        }
        Optional<EndpointStatus> blocked = concerned.stream()
                .filter(endpoint -> endpoint.endpoint().port() < FIRST_FREE_PORT && endpoint.bound().isEmpty()).findFirst();
        if (blocked.isPresent()) {
            return Seen.failed(who + ", who may not listen on ports below 1024; " + blocked.get().endpoint().url() + " needs "
                            + blocked.get().endpoint().port(),
                    "Run ngrokd as root, or give it that privilege; the reason at the endpoint in 'ngrokctl list' says how.");
        }
        return Seen.ok(who + ", who may not listen on ports below 1024, which nobody misses here");
    }

    Seen addresses() {
        RoleStatus role = now.roles().get("netif");
        if (role == null) {
            return Seen.skipped("ngrokd is " + now.phase().words());
        }
        return role.backend().isPresent() ? Seen.ok(role.description() + " (" + role.backend().get() + ")")
                : Seen.failed("nobody can make addresses: " + role.reason(), "'ngrokctl status' says of each way why it does not work here.");
    }

    Seen apiKey() {
        if (!instruments.hasApiKey()) {
            return Seen.failed("there is no API key", SET_KEY);
        }
        String last = now.lastPoll().map(MachineChecks::describe).orElse("ngrok was not asked for endpoints yet");
        try {
            instruments.askApi();
            return now.lastPoll().flatMap(Poll::error).isPresent()
                    ? Seen.warning("ngrok accepts it; " + last, "Ask again now: ngrokctl poll")
                    : Seen.ok("ngrok accepts it; " + last);
        } catch (ApiException refused) {
            if (refused.isNotFound()) {
                return Seen.warning("ngrok accepts it, but does not know our operator: " + refused.getMessage(),
                        "ngrokd registers again by itself with its next poll; hurry it: ngrokctl poll");
            }
            String advice = refused.advice();
            return Seen.failed(refused.getMessage() + "; " + last, advice.isEmpty()
                    ? "Can this machine reach the API (a firewall, a proxy)? What was discovered stays up meanwhile."
                    : advice.substring(0, 1).toUpperCase(Locale.ROOT) + advice.substring(1));
        }
    }

    private static String describe(Poll poll) {
        String ago = ago(poll.at());
        return poll.error().map(error -> "the last poll, " + ago + ", failed: " + error).orElse("the last poll, " + ago + ", was good");
    }

    static String ago(Instant instant) {
        return span(Duration.between(instant, Instant.now())) + " ago";
    }

    private static String span(Duration span) {
        if (span.toDays() > 1) {
            return span.toDays() + " days";
        }
        return span.toHours() > 1 ? span.toHours() + " h" : span.toMinutes() > 1 ? span.toMinutes() + " min" : Math.max(0, span.toSeconds()) + " s";
    }

    Seen certificate() {
        if (now.certificate().isEmpty()) {
            return Seen.failed("there is no client certificate: ngrokd is " + now.phase().words(),
                    instruments.hasApiKey() ? "It registers by itself once the API answers; see 'API key'." : SET_KEY);
        }
        CertificateStatus certificate = now.certificate().get();
        Instant clock = Instant.now();
        String error = certificate.lastError().map(reason -> "; its renewal fails: " + reason).orElse("");
        if (certificate.expired()) {
            return Seen.failed("expired " + ago(certificate.notAfter()) + ", at " + certificate.notAfter() + error,
                    "Renew it now: ngrokctl refresh-cert --force");
        }
        if (clock.isBefore(certificate.notBefore())) {
            return Seen.failed("counts only from " + certificate.notBefore() + " on, and this machine's clock says " + clock, "Set the clock right.");
        }
        String left = "valid for " + span(Duration.between(clock, certificate.notAfter())) + ", until " + certificate.notAfter();
        return error.isEmpty() ? Seen.ok(left) : Seen.warning(left + error, "Try now, and see what ngrok says: ngrokctl refresh-cert");
    }

    /** Who has this machine's own programs ask our DNS server. */
    Seen routing() {
        RoleStatus role = now.roles().get("dns");
        if (role == null) {
            return Seen.skipped("ngrokd is " + now.phase().words());
        }
        String warning = now.warnings().get("dns routing");
        if (role.backend().isPresent()) {
            String how = role.description() + " (" + role.backend().get() + ")";
            return warning == null ? Seen.ok(how) : Seen.warning(how + "; " + warning, "");
        }
        if (role.reason().startsWith("no name needs it")) {
            return Seen.skipped(role.reason());
        }
        return Seen.warning(warning == null ? role.reason() : warning, "'ngrokctl status' says of each way why it does not work here.");
    }
}
