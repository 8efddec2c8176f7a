package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.state.FileJournal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;

/** What backends are handed. Journals are kept by role and backend. */
record Contexts(Vertx vertx, FileJournal journal, DaemonConfig.Net net, Optional<Path> hostsFile, ConnectionSink sink) {

    static final String NETIF = "netif";
    static final String HOSTS = "hosts";
    static final String FORWARD = "forward";

    NetifContext netif(String backend) {
        return new Netif(vertx, journal.of(NETIF + "/" + backend), net.interfaceName(), net.subnet());
    }

    HostsContext hosts(String backend) {
        return new Hosts(vertx, journal.of(HOSTS + "/" + backend), hostsFile);
    }

    ForwardContext forward(String backend) {
        return new Forward(vertx, journal.of(FORWARD + "/" + backend), sink, net.startPort());
    }

    private record Netif(Vertx vertx, Journal journal, String interfaceName, Optional<Subnet> subnet) implements NetifContext {}

    private record Hosts(Vertx vertx, Journal journal, Optional<Path> hostsFile) implements HostsContext {}

    private record Forward(Vertx vertx, Journal journal, ConnectionSink sink, int startPort) implements ForwardContext {}
}
