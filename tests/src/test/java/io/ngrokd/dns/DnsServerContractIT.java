package io.ngrokd.dns;

import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.contract.dns.DnsServerContract;
import io.ngrokd.plugin.dns.server.NettyDnsServerFactory;

class DnsServerContractIT extends DnsServerContract {

    @Override
    protected DnsServerFactory factory() {
        return new NettyDnsServerFactory();
    }
}
