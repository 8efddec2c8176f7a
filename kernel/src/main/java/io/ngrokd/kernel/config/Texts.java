package io.ngrokd.kernel.config;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The kinds of text that keys have: how each is read, and what is refused with which words. */
final class Texts {

    private static final int DNS_PORT = 53;
    /** What every platform takes; Linux takes four more. */
    private static final int LONGEST_SOCKET_PATH = 103;

    static final ScalarType<URI> API_URL = ScalarType.parsed(Texts::apiUrl, URI::toString).with(schema -> schema.put("format", "uri"));
    static final ScalarType<String> API_KEY = ScalarType.parsed(Texts::apiKey, key -> key.isEmpty() ? "" : "***");
    static final ScalarType<Path> PATH = ScalarType.parsed(Texts::path, Path::toString);
    static final ScalarType<Path> FILE = ScalarType.parsed(Texts::file, Path::toString);
    static final ScalarType<Path> SOCKET = ScalarType.parsed(Texts::socket, Path::toString);
    static final ScalarType<Subnet> SUBNET = ScalarType.parsed(Subnet::parse, Subnet::toString);
    static final ScalarType<String> NETWORK = ScalarType.parsed(Texts::network, text -> text);
    static final ScalarType<String> WHERE = ScalarType.parsed(Texts::where, text -> text);
    static final ScalarType<InetSocketAddress> ADDRESS = ScalarType.parsed(
            Texts::address, at -> new HostPort(at.getAddress().getHostAddress(), at.getPort()).toString());
    static final ScalarType<String> ZONE = ScalarType.parsed(Texts::zone, text -> text);
    static final ScalarType<Optional<ProxyServer>> PROXY = ScalarType.parsed(Texts::proxy,
            proxy -> proxy.map(server -> server.toString().replaceFirst(" \\(.*", "")).orElse("none"));

    private Texts() {}

    static ScalarType<HostPort> hostPort(int defaultPort) {
        return ScalarType.parsed(text -> HostPort.parse(text, defaultPort), HostPort::toString);
    }

    /**
     * A text as ngrok takes it.
     *
     * @param most bytes in UTF-8
     */
    static ScalarType<String> limited(int most) {
        return ScalarType.parsed((String text) -> {
            int bytes = text.getBytes(StandardCharsets.UTF_8).length;
            if (bytes > most) {
                throw new IllegalArgumentException("ngrok takes at most " + most + " bytes, these are " + bytes + "; shorten it");
            }
            return text;
        }, text -> text).with(schema -> schema.put("maxLength", most));
    }

    private static String apiKey(String text) {
        String key = text.strip();
        if (key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException("an API key is one word of ASCII characters; copy it again from ngrok's dashboard");
        }
        return key;
    }

    private static Path path(String text) {
        try {
            return Path.of(text).toAbsolutePath();
        } catch (InvalidPathException noPath) {
            throw new IllegalArgumentException("expected a path, found '" + text + "'", noPath);
        }
    }

    private static Path file(String text) {
        Path path = path(text);
        if (path.getFileName() == null || text.endsWith("/")) {
            throw new IllegalArgumentException("expected the path of a file, found '" + text + "'");
        }
        return path;
    }

    private static Path socket(String text) {
        Path path = file(text);
        int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_SOCKET_PATH) {
            throw new IllegalArgumentException("a socket's path has at most " + LONGEST_SOCKET_PATH + " bytes, this one has " + bytes
                    + "; choose a shorter one, such as /run/ngrokd.sock");
        }
        return path;
    }

    private static String network(String text) {
        Subnet.parse(text);
        return text;
    }

    /** An interface may have nearly any name; what is meant for an address and is none shall not wait for an interface of that name. */
    private static String where(String text) {
        String where = text.strip();
        if (where.equalsIgnoreCase("virtual")) {
            return "virtual";
        }
        String expected = "expected virtual, an IP address, or the name of an interface, found '" + text + "'";
        if (where.indexOf('/') >= 0) {
            throw new IllegalArgumentException(expected + "; a range cannot be listened on");
        }
        if (where.matches("[0-9.]+")) {
            // Java takes 192.168.1 for 192.168.0.1.
            literal(where.chars().filter(c -> c == '.').count() == 3 ? where : "", expected);
        } else if (where.matches("[0-9.]+:[0-9]+|\\[.*")) {
            throw new IllegalArgumentException(expected + "; write the address alone, endpoints bring their ports");
        } else if (where.matches("[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
            literal(where, expected);
        }
        return where;
    }

    private static InetAddress literal(String text, String otherwise) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException aName) {
            throw new IllegalArgumentException(otherwise, aName);
        }
    }

    private static InetSocketAddress address(String text) {
        HostPort parsed = HostPort.parse(text, DNS_PORT);
        return new InetSocketAddress(literal(parsed.host(),
                "expected an IP address, perhaps with a port, such as 192.168.1.1 or 192.168.1.1:53, found '" + text + "'"), parsed.port());
    }

    private static String zone(String text) {
        String zone = (text.endsWith(".") ? text.substring(0, text.length() - 1) : text).toLowerCase(Locale.ROOT);
        if (!zone.matches("[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63})*") || zone.length() > 253) {
            throw new IllegalArgumentException("expected a domain such as myapp or lab.example.com, found '" + text + "'");
        }
        return zone;
    }

    private static Optional<ProxyServer> proxy(String text, String source) {
        String url = text.strip();
        return url.equalsIgnoreCase("none") ? Optional.empty() : Optional.of(ProxyServer.parse(url, source));
    }

    private static URI apiUrl(String text) {
        String expected = "expected a URL such as https://api.ngrok.com, found '" + text + "'";
        try {
            URI url = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() == null || url.getQuery() != null || url.getUserInfo() != null) {
                throw new IllegalArgumentException(expected);
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
            throw new IllegalArgumentException(expected, malformed);
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
