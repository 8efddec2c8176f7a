package io.ngrokd.kernel.stage;

import io.ngrokd.kernel.names.DnsProbe;
import io.ngrokd.kernel.reconcile.Desired;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the stages left everything, at one moment: what a plan compares with, and what it takes over. Immutable.
 *
 * @param desired what was wanted
 * @param lingering addresses that stay while connections of removed endpoints end
 * @param weakCarriers listeners on all addresses, by id, that did not get their ports and for now carry nobody
 * @param listening where the DNS server can be asked
 * @param probe the name that it answers for besides, for looking whether it is asked
 * @param hostsStandsIn whether the hosts file has the names of shared endpoints
 * @param chain how the resolver is made to ask the DNS server; empty when it need not, or that is not known yet
 */
public record Standing(
        Desired desired, Set<InetAddress> lingering, Set<String> weakCarriers, List<InetSocketAddress> listening, Optional<DnsProbe> probe,
        boolean hostsStandsIn, Optional<StrategyChain.Report> chain) {

    public Standing {
        lingering = Set.copyOf(lingering);
        weakCarriers = Set.copyOf(weakCarriers);
        listening = List.copyOf(listening);
    }
}
