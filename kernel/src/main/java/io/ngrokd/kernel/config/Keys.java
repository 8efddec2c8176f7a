package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.config.Key.Variables;
import io.ngrokd.kernel.proxy.NoProxy;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every key that there is, in the order of the reference file. */
final class Keys {

    private static final int LONGEST_SILENCE = 7 * 24 * 3600;
    private static final int DAY = 24 * 3600;
    private static final int MILLION = 1_000_000;

    static final Key<URI> API_URL = Key.of("api.url", Texts.API_URL, URI.create("https://api.ngrok.com"),
            "ngrok's API: https, or plain http to this machine itself.");
    static final Key<String> API_KEY = Key.of("api.key", Texts.API_KEY, "",
            "The API key; without one ngrokd runs and waits for it. Better set by `ngrokctl set-api-key`.").hidden()
            .or(new Variables(List.of("NGROK_API_KEY"), List.of("NGROK_API_KEY_FILE"), List.of(), ""));
    static final Key<Path> API_CA = Key.open("api.ca", Texts.PATH, "the system's roots alone",
            "Roots to trust at the API besides the system's: a PEM file, or a folder of PEM files.");

    static final Key<HostPort> INGRESS_ENDPOINT = Key.open("ingressEndpoint", Texts.hostPort(443),
            "what ngrok names at the registration, else " + DaemonConfig.DEFAULT_INGRESS,
            "Where connections enter ngrok, HOST:PORT; the port is 443 unless given.");

    static final Key<String> LOG_LEVEL = Key.of("server.log_level", ScalarType.choice(List.of("debug", "info", "warn", "error")), "info",
            "How much is logged: debug is most, error least.");
    static final Key<Path> SOCKET_PATH = Key.of("server.socket_path", Texts.SOCKET, Path.of("/var/run/ngrokd.sock"),
            "The control socket, for ngrokctl; at most 103 bytes long.").atStart();
    static final Key<Path> CLIENT_CERT = Key.of("server.client_cert", Texts.FILE, Path.of("/etc/ngrokd/tls.crt"),
            "The client certificate, PEM. ngrokd fetches and renews it.").atStart();
    static final Key<Path> CLIENT_KEY = Key.of("server.client_key", Texts.FILE, Path.of("/etc/ngrokd/tls.key"),
            "The certificate's private key, PEM. ngrokd makes it, and it never leaves this machine.").atStart();
    static final Key<Path> INGRESS_CA = Key.of("server.ingress_ca", Texts.PATH, Path.of("/etc/ssl/certs/ngrok"),
            "Roots to trust at the ingress besides the system's: a PEM file, or a folder of PEM files. It need not exist.");
    static final Key<Boolean> INSECURE_SKIP_VERIFY = Key.of("server.insecure_skip_verify", ScalarType.flag(), false,
            "Whether to take whoever answers for the ingress, without any verification. For labs only.");
    static final Key<HostPort> HEALTH_ADDRESS = Key.of("server.health_address", Texts.hostPort(8081), new HostPort("127.0.0.1", 8081),
            "Where the health page is served, HOST:PORT. Port 0 takes any free one.").atStart();
    static final Key<Path> STATE_DIR = Key.open("server.state_dir", Texts.PATH, "the folder of server.client_cert",
            "The folder for what must outlive a restart.").derived(values -> values.get(CLIENT_CERT).toAbsolutePath().getParent()).atStart();
    static final Key<Duration> DRAIN_TIMEOUT = Key.of("server.drain_timeout", ScalarType.seconds(0, 3600), Duration.ofSeconds(30),
            "Seconds that connections may go on when their endpoint is removed, and all of them when ngrokd ends.");

    static final Key<Duration> CONNECT_TIMEOUT = Key.of("ingress.connect_timeout", ScalarType.seconds(1, 300), Duration.ofSeconds(5),
            "Seconds for the name and the TCP connection to the ingress together.");
    static final Key<Duration> EXCHANGE_TIMEOUT = Key.of("ingress.exchange_timeout", ScalarType.seconds(1, 300), Duration.ofSeconds(10),
            "Seconds for the TLS handshake and ngrok's answer there together.");
    static final Key<Integer> POOL_SIZE = Key.of("ingress.pool.size", ScalarType.number(0, 256), 16,
            "The most connections that are made ahead of demand. 0 switches this off.");
    static final Key<Duration> POOL_MAX_AGE = Key.of("ingress.pool.max_age", ScalarType.seconds(1, 3600), Duration.ofSeconds(30),
            "Seconds until a connection that nobody took is replaced.");
    static final Key<Boolean> HTTP_POOL = Key.of("ingress.http_pool", ScalarType.flag(), true,
            "Whether HTTP requests of all clients share connections to an endpoint.");

    static final Key<Duration> IDLE_TIMEOUT = Key.of("connections.idle_timeout", ScalarType.seconds(0, LONGEST_SILENCE), Duration.ZERO,
            "Seconds that a raw stream, or a request under way, may pass without a byte in either direction. 0: for ever.");
    static final Key<Duration> HALF_CLOSED_TIMEOUT = Key.of("connections.half_closed_timeout", ScalarType.seconds(0, LONGEST_SILENCE),
            Duration.ofSeconds(300), "Seconds of silence once one side has ended its half. 0: for ever.");
    static final Key<Integer> MAX_CONNECTIONS = Key.open("connections.max", ScalarType.number(0, MILLION),
            "what the process's limit of open files leaves room for", "The most connections at once. 0: no cap but the system's.");
    static final Key<Integer> MAX_PER_ENDPOINT = Key.of("connections.max_per_endpoint", ScalarType.number(0, MILLION), 0,
            "The most connections of one endpoint at once. 0: only the cap in all.");

    static final Key<Boolean> FORWARDED_HEADERS = Key.of("http.forwarded_headers", ScalarType.flag(), false,
            "Whether endpoints are told who asked: X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host.");

    static final Key<String> DESCRIPTION = Key.open("registration.description", Texts.limited(255), "\"ngrokd on\" and this machine's name",
            "How this daemon shows among the operators of the ngrok account; at most 255 bytes.");
    static final Key<String> METADATA = Key.open("registration.metadata", Texts.limited(4096), "product, version and this machine's name",
            "What else the account shall know of this daemon, JSON by habit; at most 4096 bytes.");
    static final Key<String> REGION = Key.of("registration.region", ScalarType.text(), "global",
            "Where ngrok keeps the registration. Counts at the registration only.");

    static final Key<Integer> POLL_INTERVAL = Key.of("bound_endpoints.poll_interval", ScalarType.number(1, DAY), 30,
            "Seconds between two looks at ngrok's list of endpoints.");
    static final Key<List<String>> SELECTORS = Key.of("bound_endpoints.selectors", new ListType<>(ScalarType.text(), "['true']"),
            List.of("true"), "Which endpoints: CEL expressions; an endpoint is taken when one of them is true of it. 'true' takes all.");

    static final Key<String> INTERFACE_NAME = Key.of("net.interface_name", ScalarType.text(), "ngrokd0",
            "The virtual interface, where the platform has such.");
    static final Key<Subnet> SUBNET = Key.open("net.subnet", Texts.SUBNET,
            "the platform's own: 10.107.0.0/16 on Linux with privileges, 127.0.0.0/8 elsewhere",
            "The range that endpoints get their addresses from, in CIDR form.");
    static final Key<String> LISTEN_INTERFACE = Key.of("net.listen_interface", Texts.WHERE, "virtual",
            "Where to listen: virtual (every endpoint on an address of its own), 0.0.0.0, an address of this machine, or an interface's name.");
    static final Key<Integer> START_PORT = Key.of("net.start_port", ScalarType.number(1, 65535), 9080,
            "The first port for endpoints that cannot have their own where an address is shared.");
    static final Key<Map<String, String>> OVERRIDES = Key.of("net.overrides", new MapType(Texts.WHERE), Map.of(),
            "Another listen_interface for single endpoints: HOST: WHERE.");
    static final Key<List<Subnet>> VIRTUAL_CLIENTS = Key.of("net.virtual_clients", new ListType<>(Texts.SUBNET, "[172.17.0.0/16]"), List.of(),
            "Networks whose machines may use virtual addresses too, in CIDR form, such as that of containers. Programs here always may.");

    static final Key<Boolean> DNS_ENABLED = Key.open("dns.enabled", ScalarType.flag(), "when something needs it: network mode, or a wildcard",
            "Whether there is a DNS server.");
    static final Key<List<InetSocketAddress>> DNS_LISTEN = Key.of("dns.listen", new ListType<>(Texts.ADDRESS, "[192.168.1.1]"), List.of(),
            "Where the DNS server listens, over UDP and TCP: ADDRESS or ADDRESS:PORT. Empty: the daemon decides.");
    static final Key<Duration> DNS_TTL = Key.of("dns.ttl", ScalarType.seconds(0, DAY), Duration.ofSeconds(30),
            "Seconds that an answer of ours may be kept by those who asked.");
    static final Key<List<InetSocketAddress>> DNS_UPSTREAMS = Key.of("dns.upstreams", new ListType<>(Texts.ADDRESS, "[9.9.9.9]"), List.of(),
            "Who is asked for names that are not ours: ADDRESS or ADDRESS:PORT. Empty: the servers that this machine uses itself.");
    static final Key<List<String>> DNS_ZONES = Key.of("dns.zones", new ListType<>(Texts.ZONE, "[myapp]"), List.of(),
            "Domains that are wholly ours: a name there that is no endpoint does not exist.");
    static final Key<List<String>> DNS_ALLOW = Key.of("dns.allow", new ListType<>(Texts.NETWORK, "[203.0.113.0/24]"), List.of(),
            "Networks in CIDR form whose machines may ask for names that are not ours, besides private, link-local and loopback ones.");
    static final Key<Integer> DNS_RATE_LIMIT = Key.of("dns.rate_limit", ScalarType.number(0, MILLION), 1000,
            "Questions that one machine may ask in a second; the rest is dropped. 0: any number.");
    static final Key<Integer> DNS_CACHE_SIZE = Key.of("dns.cache_size", ScalarType.number(0, MILLION), 10_000,
            "Answers for names that are not ours that are kept. 0: none.");

    static final Key<String> NETIF = Key.open("plugins.netif", ScalarType.text(), "the best that works here",
            "The plugin that gives this machine the endpoints' addresses.");
    static final Key<String> HOSTS = Key.open("plugins.hosts", ScalarType.text(), "the best that works here",
            "The plugin that makes the endpoints' names resolve.");
    static final Key<String> DNS_SERVER = Key.open("plugins.dns_server", ScalarType.text(), "the best that works here",
            "The plugin that answers DNS.");
    static final Key<String> DNS = Key.open("plugins.dns", ScalarType.text(), "the first that is seen to work",
            "The plugin that has this machine's own programs find wildcards and network-mode names; none leaves the system's resolver alone.");

    static final Key<Optional<ProxyServer>> PROXY_URL = Key.open("proxy.url", Texts.PROXY, "HTTPS_PROXY, ALL_PROXY; else no proxy",
            "The HTTP proxy for ngrok's API and ingress: http://HOST:PORT or http://USER:PASSWORD@HOST:PORT; none for no proxy.").hidden()
            .or(new Variables(List.of(), List.of(), List.of("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"),
                    "or set proxy.url, which comes before it (none: no proxy)"));
    static final Key<NoProxy> NO_PROXY = Key.of("proxy.no_proxy", new NoProxyType(), NoProxy.NONE,
            "What is reached without the proxy: names, .names, addresses, ranges such as 10.0.0.0/8, \"*\" for all.")
            .or(new Variables(List.of(), List.of(), List.of("NO_PROXY", "no_proxy"), "or set proxy.no_proxy, which comes before it"));

    /** All of them. */
    static final List<Key<?>> ALL = List.of(
            API_URL, API_KEY, API_CA, INGRESS_ENDPOINT,
            LOG_LEVEL, SOCKET_PATH, CLIENT_CERT, CLIENT_KEY, INGRESS_CA, INSECURE_SKIP_VERIFY, HEALTH_ADDRESS, STATE_DIR, DRAIN_TIMEOUT,
            CONNECT_TIMEOUT, EXCHANGE_TIMEOUT, POOL_SIZE, POOL_MAX_AGE, HTTP_POOL,
            IDLE_TIMEOUT, HALF_CLOSED_TIMEOUT, MAX_CONNECTIONS, MAX_PER_ENDPOINT, FORWARDED_HEADERS,
            DESCRIPTION, METADATA, REGION, POLL_INTERVAL, SELECTORS,
            INTERFACE_NAME, SUBNET, LISTEN_INTERFACE, START_PORT, OVERRIDES, VIRTUAL_CLIENTS,
            DNS_ENABLED, DNS_LISTEN, DNS_TTL, DNS_UPSTREAMS, DNS_ZONES, DNS_ALLOW, DNS_RATE_LIMIT, DNS_CACHE_SIZE,
            NETIF, HOSTS, DNS_SERVER, DNS, PROXY_URL, NO_PROXY);

    /** What the groups are for. */
    static final Map<String, String> GROUPS = Map.ofEntries(
            Map.entry("api", "ngrok's API."),
            Map.entry("server", "The daemon itself: its files, its log, whom it trusts."),
            Map.entry("ingress", "How connections to the ingress are made. Changes count for new connections."),
            Map.entry("ingress.pool", "Connections that are made ahead of demand, so that a client need not wait for a handshake."),
            Map.entry("connections", "Limits of the clients' connections. Changes count for new connections."),
            Map.entry("http", "What endpoints are told of HTTP clients."),
            Map.entry("registration", "How this daemon shows among the Kubernetes operators of the ngrok account."),
            Map.entry("bound_endpoints", "Which endpoints are served, and how often ngrok is asked for them."),
            Map.entry("net", "Addresses, ports and interfaces on this machine."),
            Map.entry("dns", "The DNS server: for wildcards, and for the other machines of the LAN."),
            Map.entry("plugins", "Which plugin does what. Without a choice the best that works here."),
            Map.entry("proxy", "The HTTP proxy for ngrok's API and ingress."));

    private Keys() {}
}
