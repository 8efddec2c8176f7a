package io.ngrokd.kernel;

import io.ngrokd.api.spi.Finding;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.data.ingress.IngressProbe;
import io.ngrokd.kernel.data.ingress.IngressTrust;
import io.ngrokd.kernel.doctor.IngressVisit;
import io.ngrokd.kernel.doctor.Instruments;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import io.vertx.core.dns.DnsClient;
import io.vertx.core.dns.DnsClientOptions;
import io.vertx.core.dns.DnsException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** What the doctor looks with: the daemon's own parts. */
final class DoctorTools implements Instruments {

    /** Three, since one or two may be taken. */
    private static final int[] LOW_PORTS = {1019, 1021, 1023};
    private static final Duration DNS_PATIENCE = Duration.ofSeconds(3);

    private final Vertx vertx;
    private final ConfigFile file;
    private final ConfigReader reader;
    private final Supplier<DaemonConfig> config;
    private final StatusBoard board;
    private final NgrokApi api;
    private final Ways ways;
    private final DataPlaneBridge bridge;
    private final Supplier<Optional<Backends>> backends;

    /**
     * @param config the one in force
     * @param api asked with the key in force
     * @param backends those at work, if any are
     */
    DoctorTools(Vertx vertx, ConfigFile file, ConfigReader reader, Supplier<DaemonConfig> config, StatusBoard board, NgrokApi api, Ways ways,
            DataPlaneBridge bridge, Supplier<Optional<Backends>> backends) {
        this.vertx = vertx;
        this.file = file;
        this.reader = reader;
        this.config = config;
        this.board = board;
        this.api = api;
        this.ways = ways;
        this.bridge = bridge;
        this.backends = backends;
    }

    @Override
    public Config config() {
        Path path = file.path();
        if (!Files.exists(path)) {
            return new Config(path, false, Optional.empty());
        }
        try {
            reader.read(path.toString(), Files.readString(path));
            return new Config(path, true, Optional.empty());
        } catch (ConfigException problems) {
            return new Config(path, true, Optional.of(problems.getMessage()));
        } catch (IOException unreadable) {
            return new Config(path, true, Optional.of("it cannot be read: " + unreadable));
        }
    }

    @Override
    public boolean hasApiKey() {
        return !config.get().api().key().isEmpty();
    }

    @Override
    public void askApi() throws ApiException {
        Optional<String> operator = board.read().operatorId();
        if (operator.isPresent()) {
            api.operator(operator.get());
        } else {
            api.operators();
        }
    }

    /** Tries: what is allowed differs by system, user, and what an administrator gave to whom. */
    @Override
    public boolean mayListenLow() {
        for (int port : LOW_PORTS) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return true;
            } catch (IOException takenOrForbidden) {
                continue;
            }
        }
        return false;
    }

    @Override
    public Optional<Finding> hosts(String name, InetAddress address) {
        return backends.get().flatMap(atWork -> atWork.inspectHosts(name, address));
    }

    @Override
    public Optional<String> holder(InetAddress address, int port) {
        return backends.get().flatMap(atWork -> atWork.holder(address, port));
    }

    @Override
    public List<String> dns(String server, String name) throws IOException, InterruptedException {
        int colon = server.lastIndexOf(':');
        DnsClient client = vertx.createDnsClient(new DnsClientOptions().setHost(server.substring(0, colon).replaceAll("[\\[\\]]", ""))
                .setPort(Integer.parseInt(server.substring(colon + 1))).setQueryTimeout(DNS_PATIENCE.toMillis()));
        try {
            return client.resolveA(name).await(DNS_PATIENCE.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException silent) {
            throw new IOException("no answer within " + DNS_PATIENCE.toSeconds() + " s", silent);
        } catch (Exception failed) {
            // Future.await throws what the future failed with, checked or not.
            if (failed instanceof InterruptedException stopping) {
                throw stopping;
            }
            throw new IOException(failed instanceof DnsException said ? "it says " + said.code() : failed.getMessage(), failed);
        } finally {
            client.close();
        }
    }

    @Override
    public Optional<IngressVisit> ingress() throws Exception {
        DaemonConfig now = config.get();
        IngressTrust trust = ways.ingress(now);
        Optional<IngressProbe> probe = bridge.probe(vertx, trust, now.ingress());
        return probe.map(made -> new DoctorsVisit(made, board.read().ingress(), trust, bridge.identityEnd()));
    }
}
