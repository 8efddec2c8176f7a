package io.ngrokd.kernel.config;

/**
 * A host and a port, as in {@code kubernetes-binding-ingress.ngrok.io:443} or {@code [::1]:443}.
 *
 * @param host a name or an address literal without brackets
 * @param port 0 (any free one, where that makes sense) to 65535
 */
public record HostPort(String host, int port) {

    /**
     * @param text {@code host} or {@code host:port}
     * @param defaultPort the port meant when none is written
     * @throws IllegalArgumentException with a message for the user
     */
    public static HostPort parse(String text, int defaultPort) {
        String host = text;
        int port = defaultPort;
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        if (bracketed ? text.lastIndexOf("]:") > 0 : colon >= 0 && text.indexOf(':') == colon) {
            host = text.substring(0, colon);
            try {
                port = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException notANumber) {
                port = -1;
            }
        }
        if (bracketed && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isBlank() || host.chars().anyMatch(c -> c <= ' ' || c == '/') || port < 0 || port > 65535) {
            throw new IllegalArgumentException("expected HOST:PORT, found '" + text + "'");
        }
        return new HostPort(host, port);
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
