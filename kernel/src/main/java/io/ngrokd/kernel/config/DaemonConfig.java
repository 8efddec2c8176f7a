package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.proxy.ProxyRules;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The effective configuration: every value is present and valid. What each key means stands in the reference file
 * {@code config/config.yml}.
 */
public record DaemonConfig(
        Api api, Optional<HostPort> ingressEndpoint, Server server, Ingress ingress, Connections connections, Http http,
        Registration registration, BoundEndpoints boundEndpoints, Net net, Dns dns, Plugins plugins, ProxyRules proxy) {

    /** Where ngrok's API says the ingress is when neither the config nor the operator does. */
    public static final HostPort DEFAULT_INGRESS = new HostPort("kubernetes-binding-ingress.ngrok.io", 443);

    /**
     * @param url {@code https}, or {@code http} on loopback; without a trailing slash
     * @param key empty until somebody sets one
     * @param ca a PEM file, or a folder of such, with roots to trust besides the system's
     */
    public record Api(URI url, String key, Optional<Path> ca) {

        /** Never shows the key. */
        @Override
        public String toString() {
            return "Api[url=" + url + ", key=" + (key.isEmpty() ? "none" : "***") + ", ca=" + ca.map(Path::toString).orElse("none") + "]";
        }
    }

    /**
     * @param logLevel {@code debug}, {@code info}, {@code warn} or {@code error}
     * @param ingressCa a PEM file, or a folder of such, with roots to trust besides the system's; need not exist
     * @param insecureSkipVerify whether whoever answers is taken for the ingress, for labs
     * @param healthAddress where health is served over HTTP
     * @param stateFolder where identity, leases and journal live
     * @param drainTimeout how long connections of a removed endpoint, and all of them at the end, may go on; 0 to 3600 s
     */
    public record Server(
            String logLevel, Path socketPath, Path clientCert, Path clientKey, Path ingressCa, boolean insecureSkipVerify, HostPort healthAddress,
            Path stateFolder, Duration drainTimeout) {}

    /**
     * How the ingress is dialled.
     *
     * @param connectTimeout for name and TCP connection together, 1 to 300 s
     * @param exchangeTimeout for TLS and the binding exchange together, 1 to 300 s
     * @param httpPool whether requests of several clients share connections
     */
    public record Ingress(Duration connectTimeout, Duration exchangeTimeout, Pool pool, boolean httpPool) {

        /**
         * Connections that are kept warm: handshake done, not yet upgraded.
         *
         * @param size the most there are, 0 to 256; 0 switches them off
         * @param maxAge how old one may become, 1 to 3600 s
         */
        public record Pool(int size, Duration maxAge) {}
    }

    /**
     * Limits of the clients' connections.
     *
     * @param idleTimeout how long a raw stream may be silent both ways, 0 to 604800 s; zero is for ever
     * @param halfClosedTimeout likewise once one direction has ended
     * @param max how many there may be at once, 0 to 1000000; 0 is no cap, empty when the process's limit of open files decides
     * @param maxPerEndpoint likewise for one endpoint; 0 is no cap
     */
    public record Connections(Duration idleTimeout, Duration halfClosedTimeout, OptionalInt max, int maxPerEndpoint) {}

    /**
     * @param forwardedHeaders whether endpoints are told of the client in {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}
     */
    public record Http(boolean forwardedHeaders) {}

    /**
     * How we show among the operators of the account.
     *
     * @param description at most 255 bytes; empty when ngrokd says it
     * @param metadata at most 4096 bytes; empty when ngrokd says it
     */
    public record Registration(Optional<String> description, Optional<String> metadata, String region) {}

    /**
     * @param pollInterval seconds between two polls, 1 to 86400
     * @param selectors CEL expressions that choose endpoints, at least one
     */
    public record BoundEndpoints(int pollInterval, List<String> selectors) {}

    /**
     * @param subnet empty when the platform's own preference counts
     * @param listenInterface {@code virtual}, an IP address or an interface name
     * @param startPort first port of remapped endpoints
     * @param overrides host to listen interface
     * @param virtualClients networks whose machines may use virtual addresses too
     */
    public record Net(
            String interfaceName, Optional<Subnet> subnet, String listenInterface, int startPort, Map<String, String> overrides,
            List<Subnet> virtualClients) {

        /** Where an endpoint's host is to be listened for. */
        public String listenInterface(String host) {
            return overrides.getOrDefault(host, listenInterface);
        }
    }

    /**
     * The DNS server.
     *
     * @param enabled whether there is one; empty when it is started where names need it: in network mode, and for wildcards
     * @param listen where it listens, addresses of this machine; empty when the daemon decides
     * @param ttl how long answers may be kept, 0 to 86400 s
     * @param upstreams who is asked for names that are not ours; empty when the system's own servers are
     * @param zones domains that are wholly ours, lower case
     * @param allow networks in CIDR form whose clients may ask for names that are not ours, besides private ones
     * @param rateLimit questions a second of one client, 0 to 1000000; 0 is no limit
     * @param cacheSize the most answers that are kept, 0 to 1000000
     */
    public record Dns(
            Optional<Boolean> enabled, List<InetSocketAddress> listen, Duration ttl, List<InetSocketAddress> upstreams, List<String> zones,
            List<String> allow, int rateLimit, int cacheSize) {}

    /**
     * The user's choice of backends; empty means that the machine decides.
     *
     * @param dns the strategy that has this machine's resolver ask us; {@code none} leaves the resolver alone
     */
    public record Plugins(Optional<String> netif, Optional<String> hosts, Optional<String> dnsServer, Optional<String> dns) {}

    /** The same with another API key. */
    public DaemonConfig withApiKey(String key) {
        return new DaemonConfig(
                new Api(api.url(), key, api.ca()), ingressEndpoint, server, ingress, connections, http, registration, boundEndpoints, net,
                dns, plugins, proxy);
    }
}
