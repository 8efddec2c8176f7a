package io.ngrokd.kernel.doctor;

import io.ngrokd.kernel.status.DaemonStatus;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/** The hops of one endpoint on this machine. */
final class EndpointChecks {

    private static final String VIRTUAL = "virtual";
    private static final int CONNECT_MILLIS = 3000;
    private static final String BY_ITSELF = "ngrokd tries again by itself; look again in half a minute.";

    private final Instruments instruments;
    private final DaemonStatus now;
    private final Subject subject;

    EndpointChecks(Instruments instruments, DaemonStatus now, Subject subject) {
        this.instruments = instruments;
        this.now = now;
        this.subject = subject;
    }

    private EndpointStatus endpoint() {
        return subject.endpoint().orElseThrow();
    }

    private boolean isVirtual() {
        return endpoint().listenInterface().equals(VIRTUAL);
    }

    private boolean isWildcard() {
        return endpoint().endpoint().key().isWildcard();
    }

    /** An IP address in the form that people write. */
    private static String text(InetAddress address, int port) {
        String host = address.getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    Seen known() {
        if (subject.refusal().isPresent()) {
            return Seen.failed("ngrok lists " + subject.refusal().get().url() + ", but it is not served here: " + subject.refusal().get().reason(),
                    "Change the endpoint at ngrok; the next poll brings it.");
        }
        if (subject.endpoint().isEmpty()) {
            String poll = now.lastPoll().map(last -> last.error().isPresent() ? " (the last poll failed: this may be an old list)" : "")
                    .orElse(" (ngrok was not asked yet)");
            return Seen.failed("no endpoint is named " + subject.name() + poll, (subject.nearest().isEmpty() ? ""
                    : "Did you mean " + String.join(" or ", subject.nearest()) + "? ")
                    + "'ngrokctl list' shows all. Is it new at ngrok? Then: ngrokctl poll. It must be bound to 'kubernetes', and match"
                    + " bound_endpoints.selectors.");
        }
        String url = endpoint().endpoint().url();
        String what = (isWildcard() ? subject.host() + " belongs to " : "") + url
                + (subject.rivals().isEmpty() ? "" : " (there is " + String.join(", ", subject.rivals()) + " as well)");
        if (endpoint().state() == State.READY) {
            return Seen.ok(what + ", ready");
        }
        // Where nobody listens, 'listener' has the reasons.
        String reasons = endpoint().bound().isEmpty() ? "" : ": " + String.join("; ", endpoint().reasons());
        return Seen.warning(what + ", degraded" + reasons, "The hops below show where.");
    }

    Seen carrier(MachineChecks machine) throws SocketException {
        if (isVirtual()) {
            Seen role = machine.addresses();
            if (role.state() != Seen.State.OK) {
                return role;
            }
            NetworkInterface bearer = endpoint().address().isPresent() ? NetworkInterface.getByInetAddress(endpoint().address().get()) : null;
            return bearer != null && !bearer.isUp()
                    ? Seen.failed(role.saw() + "; the interface " + bearer.getName() + " is down", "Bring it up, or restart ngrokd.") : role;
        }
        return Seen.ok("network mode, on " + endpoint().listenInterface());
    }

    /** An address that somebody can bind to is on this machine, whatever interface or route it owes that to. */
    Seen address() {
        Optional<InetAddress> address = endpoint().address();
        if (address.isEmpty()) {
            return Seen.failed("it has no address: " + reasons(), BY_ITSELF);
        }
        if (address.get().isAnyLocalAddress()) {
            return Seen.ok("every address of this machine");
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(address.get(), 0));
        } catch (IOException absent) {
            return Seen.failed(address.get().getHostAddress() + " is no address of this machine any more (" + absent.getMessage() + ")",
                    "ngrokd puts it back by itself, within 30 s. If it goes again, look which program removes it, a network manager perhaps.");
        }
        return Seen.ok(address.get().getHostAddress() + bearer(address.get()));
    }

    private static String bearer(InetAddress address) {
        try {
            NetworkInterface bearer = NetworkInterface.getByInetAddress(address);
            return bearer == null ? "" : " on " + bearer.getName();
        } catch (SocketException unknown) {
            return "";
        }
    }

    Seen listener() {
        if (endpoint().bound().isEmpty()) {
            return Seen.failed("nobody listens: " + reasons(), BY_ITSELF);
        }
        InetSocketAddress place = endpoint().bound().get();
        // Who listens on all addresses is reached on this one.
        InetAddress address = place.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : place.getAddress();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, place.getPort()), CONNECT_MILLIS);
            return Seen.ok("accepts connections at " + text(place.getAddress(), place.getPort()));
        } catch (ConnectException refused) {
            return Seen.failed(text(address, place.getPort()) + " refuses connections: " + refused.getMessage(), BY_ITSELF);
        } catch (IOException other) {
            return Seen.failed(text(address, place.getPort()) + " does not accept connections: " + other.getMessage(),
                    "Does a firewall of this machine drop them? Otherwise " + BY_ITSELF);
        }
    }

    private String reasons() {
        return endpoint().reasons().isEmpty() ? "it is being set up" : String.join("; ", endpoint().reasons());
    }

    /** Whether it has the port that clients use, and who has it otherwise. */
    Seen port() {
        int wanted = endpoint().endpoint().port();
        Optional<InetSocketAddress> bound = endpoint().bound();
        if (!isVirtual()) {
            return bound.isEmpty() ? Seen.skipped("nobody listens")
                    : Seen.ok("clients use " + bound.get().getPort() + (bound.get().getPort() == wanted ? "" : ", in place of the endpoint's " + wanted));
        }
        if (bound.isPresent() && bound.get().getPort() == wanted) {
            return Seen.ok(wanted + ", as in its URL");
        }
        InetAddress address = endpoint().address().orElseThrow();
        Optional<String> holder = instruments.holder(address, wanted);
        String elsewhere = bound.map(place -> "; clients must use " + text(address, place.getPort()) + " meanwhile").orElse("");
        if (holder.isEmpty() && bound.isEmpty()) {
            return Seen.skipped("nobody else has " + wanted + "; 'listener' and 'address' say what is wrong");
        }
        return Seen.failed(text(address, wanted) + " is held by " + holder.orElse("another program") + elsewhere,
                "Stop that program, or have it listen on an address of its own; ngrokd takes the port within 30 s.");
    }

    Seen hosts() {
        RoleStatus role = now.roles().get("hosts");
        if (isWildcard()) {
            return Seen.skipped("a hosts file cannot hold a wildcard");
        }
        if (!isVirtual()) {
            return Seen.skipped("names of network mode are in the DNS");
        }
        if (role == null || role.backend().isEmpty()) {
            return Seen.failed("nobody writes names: " + (role == null ? "ngrokd is " + now.phase().words() : role.reason()),
                    "'ngrokctl plugin list' shows whether the plugin is there and enabled.");
        }
        return instruments.hosts(endpoint().endpoint().host(), endpoint().address().orElseThrow()).map(Seen::of)
                .orElseGet(() -> Seen.skipped(role.backend().get() + " writes to " + role.description() + " and cannot be asked"));
    }

    Seen dns() {
        List<String> servers = now.network().dnsListening();
        boolean needed = isWildcard() || !isVirtual();
        RoleStatus role = now.roles().get("dns_server");
        if (servers.isEmpty()) {
            String why = role == null ? "" : role.description().isEmpty() ? role.reason() : role.description();
            return needed ? Seen.failed("no DNS server listens: " + why, "See dns.enabled and dns.listen in the config, and the warnings of 'ngrokctl status'.")
                    : Seen.skipped("not needed: the hosts file has the name");
        }
        String wanted = endpoint().address().map(InetAddress::getHostAddress).orElse("");
        String server = servers.getLast();
        try {
            List<String> answer = instruments.dns(server, subject.host());
            boolean everywhere = endpoint().address().map(InetAddress::isAnyLocalAddress).orElse(false);
            if (answer.contains(wanted) || everywhere && !answer.isEmpty()) {
                return Seen.ok("ours, at " + server + ", says " + String.join(", ", answer));
            }
            return Seen.failed("ours, at " + server + ", says " + (answer.isEmpty() ? "nothing" : String.join(", ", answer)) + ", not " + wanted, BY_ITSELF);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Seen.skipped("ngrokd is stopping");
        } catch (Exception silent) {
            return Seen.failed("ours does not answer at " + server + " for " + subject.host() + ": " + silent.getMessage(), BY_ITSELF);
        }
    }

    Seen routing(MachineChecks machine) {
        return isWildcard() || !isVirtual() ? machine.routing() : Seen.skipped("not needed: the hosts file has the name");
    }
}
