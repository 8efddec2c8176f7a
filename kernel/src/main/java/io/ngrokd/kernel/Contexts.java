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
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * What backends are handed. Journals are kept by role and backend.
 *
 * @param lookOnly whether they may change nothing, see {@link PluginContext#lookOnly}
 */
record Contexts(
        Vertx vertx, FileJournal journal, DaemonConfig.Net net, Optional<Path> hostsFile, Path systemRoot, ConnectionSink sink,
        IntSupplier firstPort, boolean lookOnly) {

    Contexts(Vertx vertx, FileJournal journal, DaemonConfig.Net net, Optional<Path> hostsFile, Path systemRoot, ConnectionSink sink,
            IntSupplier firstPort) {
        this(vertx, journal, net, hostsFile, systemRoot, sink, firstPort, false);
    }

    /** The same for backends that are asked for plans only, with another configuration. */
    Contexts lookingOnly(DaemonConfig.Net other) {
        return new Contexts(vertx, journal, other, hostsFile, systemRoot, sink, other::startPort, true);
    }

    static final String NETIF = "netif";
    static final String HOSTS = "hosts";
    static final String FORWARD = "forward";
    static final String DNS_SERVER = "dns_server";
    static final String DNS = "dns";

    NetifContext netif(String backend) {
        return new Netif(vertx, lookOnly, journal(NETIF + "/" + backend), net.interfaceName(), net.subnet());
    }

    HostsContext hosts(String backend) {
        return new Hosts(vertx, lookOnly, journal(HOSTS + "/" + backend), hostsFile);
    }

    ForwardContext forward(String backend) {
        return new Forward(vertx, lookOnly, journal(FORWARD + "/" + backend), sink, firstPort);
    }

    PluginContext dnsServer(String backend) {
        return new Plain(vertx, lookOnly, journal(DNS_SERVER + "/" + backend));
    }

    DnsStrategyContext dns(String backend) {
        return new Strategy(vertx, lookOnly, journal(DNS + "/" + backend), systemRoot);
    }

    private Journal journal(String backend) {
        return lookOnly ? new ReadOnlyJournal(journal.of(backend)) : journal.of(backend);
    }

    private record ReadOnlyJournal(Journal journal) implements Journal {

        @Override
        public void record(String entry) throws IOException {
            throw new IOException("this is for a plan, which changes nothing");
        }

        @Override
        public void forget(String entry) throws IOException {
            record(entry);
        }

        @Override
        public List<String> entries() {
            return journal.entries();
        }
    }

    private record Plain(Vertx vertx, boolean lookOnly, Journal journal) implements PluginContext {}

    private record Strategy(Vertx vertx, boolean lookOnly, Journal journal, Path systemRoot) implements DnsStrategyContext {}

    private record Netif(Vertx vertx, boolean lookOnly, Journal journal, String interfaceName, Optional<Subnet> subnet) implements NetifContext {}

    private record Hosts(Vertx vertx, boolean lookOnly, Journal journal, Optional<Path> hostsFile) implements HostsContext {}

    private record Forward(Vertx vertx, boolean lookOnly, Journal journal, ConnectionSink sink, IntSupplier firstPort) implements ForwardContext {

        /** As the config says it now: it may change without the mode being made anew. */
        @Override
        public int startPort() {
            return firstPort.getAsInt();
        }
    }
}
