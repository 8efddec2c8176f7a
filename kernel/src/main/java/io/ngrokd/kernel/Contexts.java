package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.state.FileJournal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntSupplier;

/** What backends are handed. Journals are kept by role and backend. */
record Contexts(
        Vertx vertx, FileJournal journal, DaemonConfig.Net net, Optional<Path> hostsFile, Path systemRoot, ConnectionSink sink,
        IntSupplier firstPort) {

    static final String NETIF = "netif";
    static final String HOSTS = "hosts";
    static final String FORWARD = "forward";
    static final String DNS_SERVER = "dns_server";
    static final String DNS = "dns";

    NetifContext netif(String backend) {
        return new Netif(vertx, journal.of(NETIF + "/" + backend), net.interfaceName(), net.subnet());
    }

    HostsContext hosts(String backend) {
        return new Hosts(vertx, journal.of(HOSTS + "/" + backend), hostsFile);
    }

    ForwardContext forward(String backend) {
        return new Forward(vertx, journal.of(FORWARD + "/" + backend), sink, firstPort);
    }

    PluginContext dnsServer(String backend) {
        return new Plain(vertx, journal.of(DNS_SERVER + "/" + backend));
    }

    DnsStrategyContext dns(String backend) {
        return new Strategy(vertx, journal.of(DNS + "/" + backend), systemRoot);
    }

    private record Plain(Vertx vertx, Journal journal) implements PluginContext {}

    private record Strategy(Vertx vertx, Journal journal, Path systemRoot) implements DnsStrategyContext {}

    private record Netif(Vertx vertx, Journal journal, String interfaceName, Optional<Subnet> subnet) implements NetifContext {}

    private record Hosts(Vertx vertx, Journal journal, Optional<Path> hostsFile) implements HostsContext {}

    private record Forward(Vertx vertx, Journal journal, ConnectionSink sink, IntSupplier firstPort) implements ForwardContext {

        /** As the config says it now: it may change without the mode being made anew. */
        @Override
        public int startPort() {
            return firstPort.getAsInt();
        }
    }
}
