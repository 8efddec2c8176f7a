package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.config.DaemonConfig.Api;
import io.ngrokd.kernel.config.DaemonConfig.BoundEndpoints;
import io.ngrokd.kernel.config.DaemonConfig.Connections;
import io.ngrokd.kernel.config.DaemonConfig.Http;
import io.ngrokd.kernel.config.DaemonConfig.Ingress;
import io.ngrokd.kernel.config.DaemonConfig.Net;
import io.ngrokd.kernel.config.DaemonConfig.Plugins;
import io.ngrokd.kernel.config.DaemonConfig.Registration;
import io.ngrokd.kernel.config.DaemonConfig.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Turns the text of the config file and the environment into a {@link DaemonConfig}: built-in, then file, then environment. */
public final class ConfigReader {

    private static final List<String> LOG_LEVELS = List.of("debug", "info", "warn", "error");

    private static final int LONGEST_SILENCE = 7 * 24 * 3600;
    private static final int MOST_CONNECTIONS = 1_000_000;

    private final Map<String, String> environment;

    public ConfigReader(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * @param file the file's name, for messages
     * @throws ConfigException with every problem found
     */
    public DaemonConfig read(String file, String text) throws ConfigException {
        List<String> problems = new ArrayList<>();
        DaemonConfig config;
        try (Section top = Section.top(file, YamlParser.parse(file, text), problems);
                Section api = top.section("api");
                Section server = top.section("server");
                Section ingress = top.section("ingress");
                Section pool = ingress.section("pool");
                Section connections = top.section("connections");
                Section http = top.section("http");
                Section registration = top.section("registration");
                Section boundEndpoints = top.section("bound_endpoints");
                Section net = top.section("net");
                Section dns = top.section("dns");
                Section plugins = top.section("plugins");
                Section proxy = top.section("proxy")) {
            config = new DaemonConfig(
                    api(api, problems),
                    top.value("ingressEndpoint", address -> HostPort.parse(address, 443)),
                    server(server),
                    ingress(ingress, pool),
                    connections(connections),
                    new Http(http.flag("forwarded_headers", false)),
                    registration(registration),
                    new BoundEndpoints(
                            boundEndpoints.integer("poll_interval", 30, 1, 86400), boundEndpoints.texts("selectors", List.of("true"))),
                    net(net),
                    DnsReader.read(dns),
                    plugins(plugins),
                    new ProxyReader(environment, problems).read(proxy));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    private Api api(Section api, List<String> problems) {
        URI url = api.value("url", ConfigReader::apiUrl).orElse(URI.create("https://api.ngrok.com"));
        String key = api.text("key", "").strip();
        if (isNoKey(key)) {
            api.wrong("key", "an API key has no spaces and only ASCII characters; set it with: ngrokctl set-api-key");
        }
        return new Api(url, environmentKey(problems).orElse(key),
                api.value("ca", Path::of).map(Path::toAbsolutePath));
    }

    private static boolean isNoKey(String key) {
        return key.chars().anyMatch(c -> c <= ' ' || c > '~');
    }

    private Optional<String> environmentKey(List<String> problems) {
        String direct = environment.getOrDefault("NGROK_API_KEY", "").strip();
        if (!direct.isEmpty()) {
            return environmentKey("NGROK_API_KEY", direct, problems);
        }
        String file = environment.getOrDefault("NGROK_API_KEY_FILE", "");
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return environmentKey("NGROK_API_KEY_FILE", Files.readString(Path.of(file)).strip(), problems);
        } catch (IOException unreadable) {
            problems.add("NGROK_API_KEY_FILE: cannot read " + file + ": " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private static Optional<String> environmentKey(String variable, String key, List<String> problems) {
        if (isNoKey(key)) {
            problems.add(variable + ": an API key is one word of ASCII characters");
            return Optional.empty();
        }
        return key.isEmpty() ? Optional.empty() : Optional.of(key);
    }

    private static Server server(Section server) {
        Path certificate = server.value("client_cert", ConfigReader::file).orElse(Path.of("/etc/ngrokd/tls.crt")).toAbsolutePath();
        return new Server(
                server.value("log_level", ConfigReader::logLevel).orElse("info"),
                server.value("socket_path", ConfigReader::file).orElse(Path.of("/var/run/ngrokd.sock")).toAbsolutePath(),
                certificate,
                server.value("client_key", ConfigReader::file).orElse(Path.of("/etc/ngrokd/tls.key")).toAbsolutePath(),
                server.value("ingress_ca", Path::of).orElse(Path.of("/etc/ssl/certs/ngrok")).toAbsolutePath(),
                server.flag("insecure_skip_verify", false),
                server.value("health_address", address -> HostPort.parse(address, 8081)).orElse(new HostPort("127.0.0.1", 8081)),
                server.value("state_dir", Path::of).map(Path::toAbsolutePath).orElse(certificate.getParent()),
                server.seconds("drain_timeout", 30, 0, 3600));
    }

    private static Ingress ingress(Section ingress, Section pool) {
        return new Ingress(
                ingress.seconds("connect_timeout", 5, 1, 300),
                ingress.seconds("exchange_timeout", 10, 1, 300),
                new Ingress.Pool(pool.integer("size", 16, 0, 256), pool.seconds("max_age", 30, 1, 3600)),
                ingress.flag("http_pool", true));
    }

    private static Connections connections(Section connections) {
        return new Connections(
                connections.seconds("idle_timeout", 0, 0, LONGEST_SILENCE),
                connections.seconds("half_closed_timeout", 300, 0, LONGEST_SILENCE),
                connections.integer("max", 0, MOST_CONNECTIONS),
                connections.integer("max_per_endpoint", 0, 0, MOST_CONNECTIONS));
    }

    private static Registration registration(Section registration) {
        return new Registration(
                registration.value("description", text -> limited(text, 255)),
                registration.value("metadata", text -> limited(text, 4096)),
                registration.text("region", "global"));
    }

    /** As ngrok counts. */
    private static String limited(String text, int most) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > most) {
            throw new IllegalArgumentException("ngrok takes at most " + most + " bytes, these are " + bytes + "; shorten it");
        }
        return text;
    }

    private static Net net(Section net) {
        String listenInterface = where(net.text("listen_interface", "virtual"));
        Map<String, String> overrides = new TreeMap<>();
        net.texts("overrides").forEach((host, where) -> overrides.put(host.toLowerCase(Locale.ROOT), where(where)));
        return new Net(
                net.text("interface_name", "ngrokd0"),
                net.value("subnet", Subnet::parse),
                listenInterface,
                net.integer("start_port", 9080, 1, 65535),
                Map.copyOf(overrides));
    }

    private static Plugins plugins(Section plugins) {
        return new Plugins(chosen(plugins, "netif"), chosen(plugins, "hosts"), chosen(plugins, "dns_server"), chosen(plugins, "dns"));
    }

    private static Optional<String> chosen(Section plugins, String role) {
        return plugins.text(role).filter(name -> !name.isEmpty());
    }

    private static String where(String listenInterface) {
        return listenInterface.equalsIgnoreCase("virtual") ? "virtual" : listenInterface;
    }

    private static Path file(String text) {
        Path path = Path.of(text);
        if (path.getFileName() == null || text.endsWith("/")) {
            throw new IllegalArgumentException("expected the path of a file, found '" + text + "'");
        }
        return path;
    }

    private static String logLevel(String text) {
        String level = text.toLowerCase(Locale.ROOT);
        if (!LOG_LEVELS.contains(level)) {
            throw new IllegalArgumentException("expected one of " + String.join(", ", LOG_LEVELS) + ", found '" + text + "'");
        }
        return level;
    }

    private static URI apiUrl(String text) {
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() == null || url.getQuery() != null || url.getUserInfo() != null) {
                throw new IllegalArgumentException("expected a URL such as https://api.ngrok.com, found '" + text + "'");
            }
            if ("http".equals(url.getScheme()) && !isLoopback(url.getHost())) {
                throw new IllegalArgumentException(
                        "'" + text + "' would send the API key over the network in clear; use https (plain http is for loopback only)");
            }
            if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
                throw new IllegalArgumentException("expected an https URL, found '" + text + "'");
            }
            return url;
        } catch (URISyntaxException malformed) {
            throw new IllegalArgumentException("expected a URL such as https://api.ngrok.com, found '" + text + "'", malformed);
        }
    }

    private static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }
}
