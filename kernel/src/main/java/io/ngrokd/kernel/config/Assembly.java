package io.ngrokd.kernel.config;

import io.ngrokd.kernel.config.DaemonConfig.Api;
import io.ngrokd.kernel.config.DaemonConfig.BoundEndpoints;
import io.ngrokd.kernel.config.DaemonConfig.Connections;
import io.ngrokd.kernel.config.DaemonConfig.Dns;
import io.ngrokd.kernel.config.DaemonConfig.Http;
import io.ngrokd.kernel.config.DaemonConfig.Ingress;
import io.ngrokd.kernel.config.DaemonConfig.Net;
import io.ngrokd.kernel.config.DaemonConfig.Plugins;
import io.ngrokd.kernel.config.DaemonConfig.Registration;
import io.ngrokd.kernel.config.DaemonConfig.Server;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.util.Optional;
import java.util.OptionalInt;

/** Puts the values of the keys into the records that the kernel gets. */
final class Assembly {

    private Assembly() {}

    static DaemonConfig config(Values values) {
        return new DaemonConfig(
                new Api(values.get(Keys.API_URL), values.get(Keys.API_KEY), values.find(Keys.API_CA)),
                values.find(Keys.INGRESS_ENDPOINT),
                server(values),
                new Ingress(values.get(Keys.CONNECT_TIMEOUT), values.get(Keys.EXCHANGE_TIMEOUT),
                        new Ingress.Pool(values.get(Keys.POOL_SIZE), values.get(Keys.POOL_MAX_AGE)), values.get(Keys.HTTP_POOL)),
                new Connections(values.get(Keys.IDLE_TIMEOUT), values.get(Keys.HALF_CLOSED_TIMEOUT),
                        values.find(Keys.MAX_CONNECTIONS).map(OptionalInt::of).orElse(OptionalInt.empty()), values.get(Keys.MAX_PER_ENDPOINT)),
                new Http(values.get(Keys.FORWARDED_HEADERS)),
                new Registration(values.find(Keys.DESCRIPTION), values.find(Keys.METADATA), values.get(Keys.REGION)),
                new BoundEndpoints(values.get(Keys.POLL_INTERVAL), values.get(Keys.SELECTORS)),
                new Net(values.get(Keys.INTERFACE_NAME), values.find(Keys.SUBNET), values.get(Keys.LISTEN_INTERFACE),
                        values.get(Keys.START_PORT), values.get(Keys.OVERRIDES), values.get(Keys.VIRTUAL_CLIENTS)),
                new Dns(values.find(Keys.DNS_ENABLED), values.get(Keys.DNS_LISTEN), values.get(Keys.DNS_TTL), values.get(Keys.DNS_UPSTREAMS),
                        values.get(Keys.DNS_ZONES), values.get(Keys.DNS_ALLOW), values.get(Keys.DNS_RATE_LIMIT),
                        values.get(Keys.DNS_CACHE_SIZE)),
                new Plugins(values.find(Keys.NETIF), values.find(Keys.HOSTS), values.find(Keys.DNS_SERVER), values.find(Keys.DNS)),
                proxy(values));
    }

    private static Server server(Values values) {
        return new Server(
                values.get(Keys.LOG_LEVEL), values.get(Keys.SOCKET_PATH).toAbsolutePath(), values.get(Keys.CLIENT_CERT).toAbsolutePath(),
                values.get(Keys.CLIENT_KEY).toAbsolutePath(), values.get(Keys.INGRESS_CA).toAbsolutePath(),
                values.get(Keys.INSECURE_SKIP_VERIFY), values.get(Keys.HEALTH_ADDRESS), values.get(Keys.STATE_DIR),
                values.get(Keys.DRAIN_TIMEOUT));
    }

    private static ProxyRules proxy(Values values) {
        Optional<ProxyServer> server = values.find(Keys.PROXY_URL).flatMap(choice -> choice);
        return server.isEmpty() ? ProxyRules.DIRECT : new ProxyRules(server, values.get(Keys.NO_PROXY));
    }
}
