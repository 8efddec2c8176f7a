package io.ngrokd.kernel.data.http;

import io.ngrokd.kernel.data.route.ServerNames;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Host and port as a client writes them, in a Host header or an absolute target.
 *
 * @param host as written; brackets around an IPv6 address are part of it; may be empty
 * @param port as written, without the colon; may be empty
 */
record Authority(String host, String port) {

    private static final Pattern ADDRESS_IN_BRACKETS = Pattern.compile("\\[[0-9A-Fa-f:.]+]");
    private static final Pattern PORT = Pattern.compile(":[0-9]{0,5}");

    static Authority parse(String text) throws HttpViolation {
        int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : indexOrEnd(text, ':');
        String host = text.substring(0, hostEnd);
        String rest = text.substring(hostEnd);
        boolean bracketed = text.startsWith("[");
        if (bracketed && !ADDRESS_IN_BRACKETS.matcher(host).matches() || !bracketed && !isName(host)) {
            throw HttpViolation.bad("the host is no name and no address");
        }
        if (!rest.isEmpty() && !PORT.matcher(rest).matches()) {
            throw HttpViolation.bad("the port of the host is no number");
        }
        return new Authority(host, rest.isEmpty() ? "" : rest.substring(1));
    }

    /** The host in the form that routes are written in; empty when it is an address in brackets, or nothing at all. */
    Optional<String> name() {
        return ServerNames.normalize(host);
    }

    private static boolean isName(String host) {
        return host.isEmpty() || ServerNames.normalize(host).isPresent();
    }

    private static int indexOrEnd(String text, char c) {
        int at = text.indexOf(c);
        return at < 0 ? text.length() : at;
    }
}
