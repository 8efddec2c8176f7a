package io.ngrokd.plugin.dns.server;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.api.spi.PluginContext;
import io.vertx.core.internal.VertxInternal;
import org.pf4j.Extension;

/** Makes the server {@code dns-server}, which works wherever there are sockets. */
@Extension
public final class NettyDnsServerFactory implements DnsServerFactory {

    static final String NAME = "dns-server";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability probe(PluginContext context) {
        return Availability.yes("sockets work on every system");
    }

    @Override
    public DnsServer create(PluginContext context) {
        return new NettyDnsServer((VertxInternal) context.vertx(), new OwnAddresses());
    }
}
