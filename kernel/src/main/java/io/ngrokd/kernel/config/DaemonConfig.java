package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.proxy.ProxyRules;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The effective configuration: every value is present and valid. What each key means stands in the reference file
 * {@code config/config.yml}.
 */
public record DaemonConfig(
        Api api, Optional<HostPort> ingressEndpoint, Server server, Registration registration, BoundEndpoints boundEndpoints, Net net,
        Plugins plugins, ProxyRules proxy) {

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
     */
    public record Server(
            String logLevel, Path socketPath, Path clientCert, Path clientKey, Path ingressCa, boolean insecureSkipVerify, HostPort healthAddress,
            Path stateFolder) {}

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
     */
    public record Net(
            String interfaceName, Optional<Subnet> subnet, String listenInterface, int startPort, Map<String, String> overrides) {

        /** Where an endpoint's host is to be listened for. */
        public String listenInterface(String host) {
            return overrides.getOrDefault(host, listenInterface);
        }
    }

    /**
     * The user's choice of backends; empty means that the machine decides.
     */
    public record Plugins(Optional<String> netif, Optional<String> hosts) {}

    /** The same with another API key. */
    public DaemonConfig withApiKey(String key) {
        return new DaemonConfig(
                new Api(api.url(), key, api.ca()), ingressEndpoint, server, registration, boundEndpoints, net, plugins, proxy);
    }
}
