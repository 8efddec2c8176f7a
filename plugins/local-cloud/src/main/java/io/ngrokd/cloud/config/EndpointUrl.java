package io.ngrokd.cloud.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The URL of an endpoint, in the canonical form in which ngrok shows it (no default port, lower case). */
public record EndpointUrl(String scheme, String host, int port) {

    private static final Pattern FORM = Pattern.compile("([a-z]+)://([^/:?#]+)(?::(\\d{1,5}))?/?");
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?");
    private static final List<String> SCHEMES = List.of("http", "https", "tls", "tcp");

    /**
     * @throws IllegalArgumentException with a reason to show when the text is no endpoint URL
     */
    public static EndpointUrl parse(String text) {
        Matcher matcher = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("it is not of the form scheme://host or scheme://host:port");
        }
        String scheme = matcher.group(1);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("its scheme is not one of " + String.join(", ", SCHEMES));
        }
        String host = matcher.group(2);
        if (!HOST.matcher(host).matches() || host.contains("..") || host.length() > 253) {
            throw new IllegalArgumentException("its host is no name (a wildcard is written *.example.com)");
        }
        if (matcher.group(3) == null) {
            if (scheme.equals("tcp")) {
                throw new IllegalArgumentException("a tcp URL must say its port");
            }
            return new EndpointUrl(scheme, host, defaultPort(scheme));
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("its port is not between 1 and 65535");
        }
        return new EndpointUrl(scheme, host, port);
    }

    public boolean wildcard() {
        return host.startsWith("*.");
    }

    private static int defaultPort(String scheme) {
        return switch (scheme) {
            case "http" -> 80;
            case "https", "tls" -> 443;
            default -> 0;
        };
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
