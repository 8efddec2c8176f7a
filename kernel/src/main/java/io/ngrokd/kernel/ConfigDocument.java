package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.config.DaemonConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The config in force under the keys of the config file, secrets masked; times in seconds. What is not set is left out. */
final class ConfigDocument {

    private static final String MASKED = "***";

    private final ObjectNode document = new ObjectMapper().createObjectNode();

    private ConfigDocument() {}

    static ObjectNode of(DaemonConfig config) {
        ConfigDocument made = new ConfigDocument();
        made.reaching(config);
        made.serving(config);
        made.choosing(config);
        return made.document;
    }

    private void reaching(DaemonConfig config) {
        ObjectNode api = document.putObject("api").put("url", config.api().url().toString())
                .put("key", config.api().key().isEmpty() ? "" : MASKED);
        config.api().ca().ifPresent(ca -> api.put("ca", ca.toString()));
        config.ingressEndpoint().ifPresent(ingress -> document.put("ingressEndpoint", ingress.toString()));
        ObjectNode ingress = document.putObject("ingress")
                .put("connect_timeout", seconds(config.ingress().connectTimeout()))
                .put("exchange_timeout", seconds(config.ingress().exchangeTimeout()))
                .put("http_pool", config.ingress().httpPool());
        ingress.putObject("pool").put("size", config.ingress().pool().size()).put("max_age", seconds(config.ingress().pool().maxAge()));
        // Shown without the password, as everywhere.
        config.proxy().server().ifPresent(proxy -> document.putObject("proxy").put("url", proxy.toString()));
        ObjectNode registration = document.putObject("registration").put("region", config.registration().region());
        config.registration().description().ifPresent(text -> registration.put("description", text));
        config.registration().metadata().ifPresent(text -> registration.put("metadata", text));
    }

    private void serving(DaemonConfig config) {
        DaemonConfig.Server server = config.server();
        document.putObject("server")
                .put("log_level", server.logLevel())
                .put("socket_path", server.socketPath().toString())
                .put("client_cert", server.clientCert().toString())
                .put("client_key", server.clientKey().toString())
                .put("ingress_ca", server.ingressCa().toString())
                .put("insecure_skip_verify", server.insecureSkipVerify())
                .put("health_address", server.healthAddress().toString())
                .put("state_dir", server.stateFolder().toString())
                .put("drain_timeout", seconds(server.drainTimeout()));
        ObjectNode connections = document.putObject("connections")
                .put("idle_timeout", seconds(config.connections().idleTimeout()))
                .put("half_closed_timeout", seconds(config.connections().halfClosedTimeout()))
                .put("max_per_endpoint", config.connections().maxPerEndpoint());
        config.connections().max().ifPresent(max -> connections.put("max", max));
        document.putObject("http").put("forwarded_headers", config.http().forwardedHeaders());
    }

    private void choosing(DaemonConfig config) {
        ObjectNode endpoints = document.putObject("bound_endpoints").put("poll_interval", config.boundEndpoints().pollInterval());
        texts(endpoints.putArray("selectors"), config.boundEndpoints().selectors());
        ObjectNode net = document.putObject("net").put("interface_name", config.net().interfaceName());
        config.net().subnet().ifPresent(subnet -> net.put("subnet", subnet.toString()));
        net.put("listen_interface", config.net().listenInterface()).put("start_port", config.net().startPort());
        ObjectNode overrides = net.putObject("overrides");
        config.net().overrides().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .forEach(entry -> overrides.put(entry.getKey(), entry.getValue()));
        texts(net.putArray("virtual_clients"), config.net().virtualClients().stream().map(Subnet::toString).toList());
        dns(config.dns());
        ObjectNode plugins = document.putObject("plugins");
        config.plugins().netif().ifPresent(name -> plugins.put("netif", name));
        config.plugins().hosts().ifPresent(name -> plugins.put("hosts", name));
        config.plugins().dnsServer().ifPresent(name -> plugins.put("dns_server", name));
        config.plugins().dns().ifPresent(name -> plugins.put("dns", name));
    }

    private void dns(DaemonConfig.Dns settings) {
        ObjectNode dns = document.putObject("dns");
        settings.enabled().ifPresent(enabled -> dns.put("enabled", enabled));
        texts(dns.putArray("listen"), settings.listen().stream().map(ConfigDocument::text).toList());
        dns.put("ttl", seconds(settings.ttl()));
        texts(dns.putArray("upstreams"), settings.upstreams().stream().map(ConfigDocument::text).toList());
        texts(dns.putArray("zones"), settings.zones());
        texts(dns.putArray("allow"), settings.allow());
        dns.put("rate_limit", settings.rateLimit()).put("cache_size", settings.cacheSize());
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static long seconds(Duration duration) {
        return duration.toSeconds();
    }
}
