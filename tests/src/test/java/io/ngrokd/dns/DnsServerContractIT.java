package io.ngrokd.dns;

import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.contract.dns.DnsServerContract;
import io.ngrokd.plugin.dns.server.NettyDnsServerFactory;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("a process that another suite starts has a copy of our listening sockets for a moment: ports stay taken")
class DnsServerContractIT extends DnsServerContract {

    @Override
    protected DnsServerFactory factory() {
        return new NettyDnsServerFactory();
    }
}
