package io.ngrokd.kernel.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The targets that are reached without the proxy, written as in {@code NO_PROXY}: {@code *} (all), a name (with what is
 * below it), {@code .name} or {@code *.name} (only what is below it), an address, a range in CIDR form; names and
 * addresses perhaps with {@code :port}. Names are not resolved: behind a proxy the resolver often knows none of them.
 *
 * @param entries as written, in lower case
 */
public record NoProxy(List<String> entries) {

    /** No exceptions but loopback, which is always one. */
    public static final NoProxy NONE = new NoProxy(List.of());

    public NoProxy {
        entries = entries.stream().map(entry -> entry.strip().toLowerCase(Locale.ROOT)).filter(entry -> !entry.isEmpty()).toList();
        entries.forEach(NoProxy::validate);
    }

    /** Reads {@code a,b c}. */
    public static NoProxy parse(String text) {
        return new NoProxy(List.of(text.split("[,\\s]+")));
    }

    /** Whether a target is reached directly. */
    public boolean covers(String host, int port) {
        String name = withoutBrackets(host.toLowerCase(Locale.ROOT));
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (isLoopback(name)) {
            return true;
        }
        for (String entry : entries) {
            if (matches(entry, name, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String entry, String name, int port) {
        if (entry.equals("*")) {
            return true;
        }
        int slash = entry.indexOf('/');
        if (slash >= 0) {
            return inRange(address(entry.substring(0, slash)), Integer.parseInt(entry.substring(slash + 1)), address(name));
        }
        String host = entry;
        int colon = entry.lastIndexOf(':');
        boolean withPort = colon >= 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
        if (withPort) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            host = entry.substring(0, colon);
        }
        host = withoutBrackets(host);
        byte[] wanted = address(host);
        if (wanted != null) {
            return Arrays.equals(wanted, address(name));
        }
        String below = host.startsWith("*.") ? host.substring(1) : host;
        return below.startsWith(".") ? name.endsWith(below) : name.equals(below) || name.endsWith("." + below);
    }

    private static void validate(String entry) {
        int slash = entry.indexOf('/');
        if (slash < 0) {
            return;
        }
        byte[] base = address(entry.substring(0, slash));
        try {
            int bits = Integer.parseInt(entry.substring(slash + 1));
            if (base != null && bits >= 0 && bits <= base.length * Byte.SIZE) {
                return;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, together with the other ways to get it wrong.
        }
        throw new IllegalArgumentException("'" + entry + "' is no range such as 10.0.0.0/8");
    }

    private static boolean inRange(byte[] base, int bits, byte[] address) {
        if (address == null || address.length != base.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % Byte.SIZE;
            if ((base[bit / Byte.SIZE] & mask) != (address[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLoopback(String name) {
        byte[] address = address(name);
        try {
            return address == null
                    ? name.equals("localhost") || name.endsWith(".localhost")
                    : InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** @return null for what is no address literal */
    private static byte[] address(String text) {
        try {
            return InetAddress.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException aName) {
            return null;
        }
    }
}
