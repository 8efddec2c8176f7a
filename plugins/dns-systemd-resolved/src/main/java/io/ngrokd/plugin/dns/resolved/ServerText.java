package io.ngrokd.plugin.dns.resolved;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Servers as resolved writes them: {@code 10.0.0.1}, {@code 10.0.0.1:5300}, {@code fd00::1}, {@code [fd00::1]:5300}. */
final class ServerText {

    private static final int DNS = 53;
    /** Behind it an interface and the name in the server's certificate may follow, which are nothing of ours. */
    private static final Pattern WRITTEN = Pattern.compile("(?:\\[([^\\]]+)\\]|([0-9.]+)|([0-9a-fA-F:.]+))(?::(\\d{1,5}))?(?:[%#].*)?");

    private ServerText() {}

    static String write(InetSocketAddress server) {
        InetAddress address = server.getAddress();
        String text = address.getHostAddress();
        if (server.getPort() == DNS) {
            return text;
        }
        return (address instanceof Inet6Address ? "[" + text + "]" : text) + ":" + server.getPort();
    }

    static Optional<InetSocketAddress> read(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            return Optional.empty();
        }
        String address = written.group(1) != null ? written.group(1) : written.group(2) != null ? written.group(2) : written.group(3);
        try {
            int port = written.group(4) == null ? DNS : Integer.parseInt(written.group(4));
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(address), port));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
