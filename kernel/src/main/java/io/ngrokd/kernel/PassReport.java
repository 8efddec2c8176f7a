package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.plugin.Choice;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.ngrokd.kernel.stage.Outcome;
import io.ngrokd.kernel.stage.Pipeline;
import io.ngrokd.kernel.stage.Routing;
import io.ngrokd.kernel.stage.StrategyChain;
import io.ngrokd.kernel.status.DaemonStatus.Candidate;
import io.ngrokd.kernel.status.DaemonStatus.RoleStatus;
import io.ngrokd.kernel.status.EndpointStatus;
import io.ngrokd.kernel.status.EndpointStatus.State;
import io.ngrokd.kernel.status.NetworkStatus;
import io.ngrokd.kernel.status.StatusBoard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes what became of a pass on the status board, in words for the user. */
final class PassReport {

    private static final String ROUTING = "dns routing";

    private final StatusBoard board;
    private Optional<Routing> routing = Optional.empty();

    PassReport(StatusBoard board) {
        this.board = board;
    }

    /** How endpoints fare, and which stages failed. */
    void write(Snapshot snapshot, Desired desired, Pipeline.Pass pass, DaemonConfig config) {
        SortedMap<String, EndpointStatus> statuses = new TreeMap<>();
        for (Endpoint endpoint : snapshot.endpoints().values()) {
            statuses.put(endpoint.key().toString(), status(endpoint, desired, pass.outcomes().get(endpoint.key()), config));
        }
        board.endpoints(statuses, snapshot.refused());
        for (String stage : List.of("netif", "forward", "dns", "names")) {
            String problem = pass.problems().get(stage);
            if (problem == null) {
                board.clearWarning("stage " + stage);
            } else {
                board.warn("stage " + stage, problem);
            }
        }
    }

    private EndpointStatus status(Endpoint endpoint, Desired desired, Outcome outcome, DaemonConfig config) {
        List<String> reasons = new ArrayList<>();
        outcome.failures().forEach(failure -> reasons.add(failure.message()));
        if (endpoint.key().isWildcard() && outcome.failures().isEmpty()) {
            wildcardNote(endpoint.host().substring(2), config).ifPresent(reasons::add);
        }
        Optional<InetAddress> address = Optional.ofNullable(desired.allocations().get(endpoint.key())).map(Allocation::address);
        return new EndpointStatus(endpoint, outcome.ready() ? State.READY : State.DEGRADED, config.net().listenInterface(endpoint.host()),
                address, outcome.bound(), reasons);
    }

    /** What keeps names below a wildcard from being found on this machine; empty when they are. */
    private Optional<String> wildcardNote(String domain, DaemonConfig config) {
        if (!config.dns().enabled().orElse(true)) {
            return Optional.of("dns.enabled is false, and a hosts file cannot hold a wildcard: have names below " + domain
                    + " resolve to its address yourself");
        }
        return routing.filter(now -> now.chain().map(StrategyChain.Report::exhausted).orElse(false))
                .map(now -> "programs on this machine do not find names below " + domain + ", because its resolver does not ask ngrokd's"
                        + " DNS server (see 'ngrokctl status'); whoever asks it at " + places(now.listening()) + " finds them");
    }

    /** How names are found: the DNS server, the resolver's way to it, the network. */
    void write(Routing now, DnsBackends dns, LocalNetwork network, DaemonConfig config) {
        routing = Optional.of(now);
        board.network(new NetworkStatus(network.lanAddresses().stream().map(InetAddress::getHostAddress).toList(),
                now.listening().stream().map(PassReport::text).toList()));
        board.role(Contexts.DNS_SERVER, server(now, dns, config));
        board.role(Contexts.DNS, resolver(now, dns));
        warning(now, dns).ifPresentOrElse(sentence -> board.warn(ROUTING, sentence), () -> board.clearWarning(ROUTING));
    }

    private static RoleStatus server(Routing now, DnsBackends dns, DaemonConfig config) {
        Choice choice = dns.serverChoice();
        String description;
        if (!now.listening().isEmpty()) {
            description = "on " + places(now.listening()) + ", " + now.names() + (now.names() == 1 ? " name, " : " names, ")
                    + dns.serverDescription();
        } else if (!config.dns().enabled().orElse(true)) {
            description = "off, as dns.enabled says";
        } else {
            description = "not listening" + (now.chain().isEmpty() && now.names() == 0 ? ": no endpoint needs it" : "");
        }
        return new RoleStatus(choice.chosen(), description, choice.reason(), candidates(choice.candidates()));
    }

    private static RoleStatus resolver(Routing now, DnsBackends dns) {
        Map<String, String> reasons = now.chain().map(StrategyChain.Report::reasons).orElse(Map.of());
        Optional<String> working = now.chain().flatMap(StrategyChain.Report::working);
        List<Candidate> candidates = new ArrayList<>();
        for (Choice.Candidate candidate : dns.candidates()) {
            boolean permitted = dns.demanded().map(candidate.name()::equals).orElse(true);
            String reason = permitted ? candidate.availability().reason() : "plugins.dns says otherwise";
            candidates.add(new Candidate(candidate.name(),
                    permitted && candidate.availability().available() && !reasons.containsKey(candidate.name()),
                    reasons.getOrDefault(candidate.name(), reason)));
        }
        String standIn = now.hostsStandsIn() ? "; meanwhile the hosts file has the exact names of network mode" : "";
        String reason = working.map(name -> "names of ours were looked up and found through it")
                .or(() -> now.chain().isEmpty() ? Optional.of("no name needs it" + standIn) : Optional.empty())
                .or(() -> dns.noStrategy().map(why -> why + standIn))
                .orElse(now.chain().filter(StrategyChain.Report::moreToTry).isPresent() ? "being tried" : "none works here" + standIn);
        return new RoleStatus(working, now.chain().map(StrategyChain.Report::description).orElse(""), reason, candidates);
    }

    private static Optional<String> warning(Routing now, DnsBackends dns) {
        if (now.chain().isEmpty() || now.chain().get().moreToTry()) {
            return Optional.empty();
        }
        StrategyChain.Report chain = now.chain().get();
        if (chain.working().isPresent()) {
            return chain.warning();
        }
        if (dns.leavesResolverAlone()) {
            return Optional.empty();
        }
        List<String> causes = new ArrayList<>();
        for (Choice.Candidate candidate : dns.candidates()) {
            if (dns.demanded().map(candidate.name()::equals).orElse(true)) {
                causes.add(candidate.name() + ": " + chain.reasons().getOrDefault(candidate.name(), candidate.availability().reason()));
            }
        }
        return Optional.of("this machine's own programs do not find names that only the DNS server knows: "
                + dns.noStrategy().orElseGet(() -> "no way to have its resolver ask there works (" + String.join("; ", causes) + ")")
                + ". Who asks at " + places(now.listening()) + " finds them"
                + (now.hostsStandsIn() ? ", and the hosts file has the exact names of network mode" : ""));
    }

    private static List<Candidate> candidates(List<Choice.Candidate> candidates) {
        return candidates.stream().map(candidate ->
                new Candidate(candidate.name(), candidate.availability().available(), candidate.availability().reason())).toList();
    }

    private static String places(List<InetSocketAddress> places) {
        return places.isEmpty() ? "nowhere" : String.join(", ", places.stream().map(PassReport::text).toList());
    }

    private static String text(InetSocketAddress place) {
        return place.getAddress().getHostAddress() + ":" + place.getPort();
    }
}
