package io.ngrokd.kernel.stage;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * How names of ours are found, after a pass.
 *
 * @param listening where the DNS server can be asked; empty when nowhere
 * @param names how many names of endpoints it answers for
 * @param chain how this machine's resolver is made to ask it; empty when it need not
 * @param hostsStandsIn whether the hosts file has the names of shared endpoints, since the resolver finds none
 * @param changed whether endpoints fare differently now than the pass said
 */
public record Routing(
        List<InetSocketAddress> listening, int names, Optional<StrategyChain.Report> chain, boolean hostsStandsIn, boolean changed) {}
