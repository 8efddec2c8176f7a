package io.ngrokd.resolver;

import io.ngrokd.contract.resolver.DnsStrategyContract;
import io.ngrokd.contract.resolver.ResolverMachine;

/** The contract on a real systemd-resolved. {@link SystemdResolvedIT} runs it in a machine that has one. */
class ResolvedContractSuite extends DnsStrategyContract {

    @Override
    protected ResolverMachine machine() throws Exception {
        return new ResolvedMachine();
    }
}
