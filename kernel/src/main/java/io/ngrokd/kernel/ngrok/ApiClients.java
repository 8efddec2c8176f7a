package io.ngrokd.kernel.ngrok;

import io.ngrokd.kernel.proxy.ProxyServer;
import io.ngrokd.kernel.trust.Anchors;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP client for the network as it is: a new one when that changed, while the old one ends what it has begun. */
final class ApiClients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApiClients.class);

    private final Vertx vertx;
    private final Supplier<ApiNetwork> network;
    private final ApiLimits limits;
    private boolean stale = true;
    private boolean closed;
    private ApiNetwork current;
    private HttpClientAgent client;

    /**
     * @param network asked at the first call and after {@link #reload()}; may read files
     */
    ApiClients(Vertx vertx, Supplier<ApiNetwork> network, ApiLimits limits) {
        this.vertx = vertx;
        this.network = network;
        this.limits = limits;
    }

    /** The client to use for the next call. */
    synchronized HttpClientAgent get() throws ApiException {
        if (closed) {
            throw ApiException.unreachable("ngrokd is stopping", null);
        }
        if (stale) {
            stale = false;
            ApiNetwork now = network.get();
            if (client == null || !now.equals(current)) {
                replace(now);
            }
        }
        return client;
    }

    /** The proxy that the current client uses towards a URL. */
    synchronized Optional<ProxyServer> proxy(URI url) {
        return current == null ? Optional.empty() : current.proxies().towards(url.getHost(), port(url));
    }

    /** The network may have changed. */
    synchronized void reload() {
        stale = true;
    }

    private void replace(ApiNetwork now) throws ApiException {
        HttpClientAgent before = client;
        try {
            client = vertx.createHttpClient(options(now));
            current = now;
        } catch (GeneralSecurityException unusable) {
            stale = true;
            throw ApiException.unreachable("the roots to verify the API with cannot be used: " + unusable.getMessage(), null);
        }
        if (before != null) {
            before.shutdown(limits.call().toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(failed -> LOG.debug("The replaced API client did not close in order. cause={}", failed.toString()));
        }
    }

    private HttpClientOptions options(ApiNetwork now) throws GeneralSecurityException {
        return new HttpClientOptions()
                // Longer than a call, or else one that ends with it would have two causes to choose from.
                .setIdleTimeout(Math.toIntExact(limits.call().toSeconds()) + 5).setKeepAliveTimeout(20)
                .setConnectTimeout(millis(limits.connect())).setDecompressionSupported(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"))
                .setVerifyHost(true)
                .setTrustOptions(TrustOptions.wrap(Anchors.manager(Anchors.ofTheSystemAnd(now.extraRoots()))));
    }

    /** Per request, because the API's URL may change to one that needs none. */
    ProxyOptions options(ProxyServer proxy) {
        ProxyOptions options = new ProxyOptions().setType(ProxyType.HTTP).setHost(proxy.host()).setPort(proxy.port())
                .setConnectTimeout(limits.connect());
        proxy.credentials().ifPresent(who -> options.setUsername(who.user()).setPassword(who.password()));
        return options;
    }

    private static int port(URI url) {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return "http".equals(url.getScheme()) ? 80 : 443;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
