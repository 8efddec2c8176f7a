package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.control.Traffic;
import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.http.PoolSettings;
import io.ngrokd.kernel.data.ingress.Ingress;
import io.ngrokd.kernel.data.ingress.IngressProbe;
import io.ngrokd.kernel.data.ingress.IngressSettings;
import io.ngrokd.kernel.data.ingress.IngressTarget;
import io.ngrokd.kernel.data.ingress.IngressTlsFactory;
import io.ngrokd.kernel.data.ingress.IngressTrust;
import io.ngrokd.kernel.data.listen.ConnectionLimits;
import io.ngrokd.kernel.data.listen.DataPlane;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.kernel.data.route.EndpointTraffic;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.RouteSnapshot;
import io.ngrokd.kernel.data.route.RouteTable;
import io.ngrokd.kernel.data.route.TrafficLedger;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.reconcile.Carrying.Carry;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.stage.DataPlaneRoutes;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where the control plane touches the data plane: routes and credentials go in, counters come out. Neither
 * side knows the other.
 */
final class DataPlaneBridge implements DataPlaneRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(DataPlaneBridge.class);

    /** Somebody sits and waits for it. */
    private static final Duration PROBE_CONNECT = Duration.ofSeconds(3);
    private static final Duration PROBE_EXCHANGE = Duration.ofSeconds(4);

    private final RouteSnapshot snapshot = new RouteSnapshot();
    private final TrafficLedger ledger = new TrafficLedger();
    private final Ingress ingress;
    private final DataPlane dataPlane;

    private Identity usedIdentity;
    private IngressTarget usedTarget;
    private ProxyRules usedProxies = ProxyRules.DIRECT;
    private IngressTrust usedTrust;
    private ConnectionLimits usedLimits = ConnectionLimits.NONE;

    DataPlaneBridge(Vertx vertx) {
        this.ingress = Ingress.on(vertx, IngressSettings.defaults());
        this.dataPlane = new DataPlane(snapshot::current, ingress, DataPlaneSettings.defaults());
    }

    /**
     * These limits count for what is dialled and accepted from now on. All that the config says about the data plane
     * becomes settings of the data plane here, and nowhere else.
     */
    synchronized void use(DaemonConfig config) {
        ingress.use(ingressSettings(config.ingress()));
        ConnectionLimits limits = connectionLimits(config.connections());
        dataPlane.use(DataPlaneSettings.defaults().with(relaySettings(config.connections()), httpSettings(config)).with(limits)
                .withVirtualClients(config.net().virtualClients()));
        if (!limits.equals(usedLimits)) {
            usedLimits = limits;
            LOG.info("Connections are capped. max={} max_per_endpoint={} max_from={}", limits.max(), limits.maxPerEndpoint(),
                    config.connections().max().isPresent() ? "config" : "the limit of open files");
        }
    }

    private static IngressSettings ingressSettings(DaemonConfig.Ingress config) {
        IngressSettings defaults = IngressSettings.defaults();
        return new IngressSettings(config.connectTimeout(), config.exchangeTimeout(), defaults.retryDelay(), defaults.longestResponse(),
                config.pool().size(), config.pool().maxAge());
    }

    private static HttpSettings httpSettings(DaemonConfig config) {
        return HttpSettings.defaults()
                .with(config.ingress().httpPool() ? PoolSettings.defaults() : PoolSettings.off())
                .withForwardedHeaders(config.http().forwardedHeaders());
    }

    private static RelaySettings relaySettings(DaemonConfig.Connections config) {
        return new RelaySettings(config.idleTimeout(), config.halfClosedTimeout(), RelaySettings.defaults().lingerLimit());
    }

    private static ConnectionLimits connectionLimits(DaemonConfig.Connections config) {
        return new ConnectionLimits(config.max().orElseGet(OpenFiles::connections), config.maxPerEndpoint());
    }

    DataPlane dataPlane() {
        return dataPlane;
    }

    /** Ends what waits for use; connections that are up go on. */
    void close() {
        ingress.close();
    }

    /** New connections go there, as that identity, from now on. Called at every poll: builds nothing when nothing changed. */
    synchronized void use(Identity identity, HostPort target, IngressTrust trust, ProxyRules proxies) throws IdentityException {
        usedTarget = new IngressTarget(target.host(), target.port());
        usedProxies = proxies;
        ingress.use(usedTarget);
        ingress.use(proxies);
        if (identity.equals(usedIdentity) && trust.equals(usedTrust)) {
            return;
        }
        try {
            ingress.use(IngressTlsFactory.build(identity.chain(), identity.key(), trust));
        } catch (GeneralSecurityException unusable) {
            throw new IdentityException("the client certificate cannot be used: " + unusable.getMessage(), unusable);
        }
        usedIdentity = identity;
        usedTrust = trust;
        LOG.info("Ingress credentials loaded. operator={} verification=\"{}\"", identity.operatorId(), trust);
    }

    @Override
    public void publish(Collection<Listener> listeners, Map<EndpointKey, Endpoint> endpoints, Collection<Carry> carried) {
        RouteTable.Builder table = RouteTable.builder();
        for (Listener listener : listeners) {
            boolean exclusive = listener.id().startsWith(Desired.VIRTUAL + ":");
            for (EndpointKey key : listener.endpoints()) {
                table.add(listener.id(), exclusive, new Route(key, endpoints.get(key).protocol(), ledger.of(key)));
            }
        }
        carried.forEach(carry -> table.carry(carry.listenerId(), carry.address(), carry.carrierId()));
        snapshot.swap(table.build());
    }

    @Override
    public void drain(Set<EndpointKey> endpoints, Duration limit) {
        endpoints.forEach(key -> dataPlane.drain(key, limit));
        ledger.forget(endpoints);
    }

    @Override
    public int connections(EndpointKey endpoint) {
        return dataPlane.openConnections(endpoint);
    }

    /**
     * A connection to the ingress by itself, to see whether it can be made as those of clients are; empty while we are nobody there.
     *
     * @param trust whom to believe
     */
    synchronized Optional<IngressProbe> probe(Vertx vertx, IngressTrust trust, DaemonConfig.Ingress limits) throws IdentityException {
        if (usedIdentity == null) {
            return Optional.empty();
        }
        try {
            IngressSettings settings = ingressSettings(limits);
            return Optional.of(new IngressProbe(vertx, usedTarget, IngressTlsFactory.build(usedIdentity.chain(), usedIdentity.key(), trust),
                    usedProxies, new IngressSettings(shorter(settings.connectTimeout(), PROBE_CONNECT), shorter(settings.exchangeTimeout(), PROBE_EXCHANGE),
                            settings.retryDelay(), settings.longestResponse())));
        } catch (GeneralSecurityException unusable) {
            throw new IdentityException("the client certificate cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /** When the certificate ends that is presented to the ingress; empty while there is none. */
    synchronized Optional<Instant> identityEnd() {
        return Optional.ofNullable(usedIdentity).map(known -> known.certificate().getNotAfter().toInstant());
    }

    private static Duration shorter(Duration configured, Duration most) {
        return configured.compareTo(most) < 0 ? configured : most;
    }

    /** What went through an endpoint so far. */
    Traffic traffic(EndpointKey key) {
        EndpointTraffic counters = ledger.find(key).orElseGet(EndpointTraffic::new);
        return new Traffic(counters.activeConnections(), counters.totalConnections(), counters.errors(), counters.lastActivity(),
                counters.lastFailure().map(failure -> new Traffic.Failure(failure.cause(), failure.message(), failure.at())));
    }
}
