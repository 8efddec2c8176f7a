package io.ngrokd.kernel.data.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A request that may be forwarded.
 *
 * @param head its lines
 * @param method its method
 * @param target in origin form, or {@code *}
 * @param minorVersion 0 or 1
 * @param absolute the authority of a target that came in absolute form
 * @param host the Host header; only an HTTP/1.0 request may lack it
 * @param body finds the end of its body
 * @param persistent whether the client means to send another request
 * @param upgrade whether the client asks to switch protocols
 */
record RequestHead(
        MessageHead head,
        String method,
        String target,
        int minorVersion,
        Optional<Authority> absolute,
        Optional<Authority> host,
        BodyFramer body,
        boolean persistent,
        boolean upgrade) {

    static RequestHead parse(byte[] bytes) throws HttpViolation {
        MessageHead head = MessageHead.parse(bytes);
        String[] parts = head.startLine().split(" ", -1);
        if (parts.length != 3 || !Characters.isToken(parts[0]) || parts[1].isEmpty()) {
            throw HttpViolation.bad("the request line is not METHOD TARGET VERSION");
        }
        int minorVersion = minorVersion(parts[2]);
        String method = parts[0];
        if (method.equals("CONNECT")) {
            throw new HttpViolation(405, "this is not a proxy that CONNECT could be asked of");
        }
        String written = parts[1];
        if (written.indexOf('\t') >= 0) {
            throw HttpViolation.bad("the request line is not METHOD TARGET VERSION");
        }
        Optional<Authority> absolute = Optional.empty();
        String target = written;
        if (!written.startsWith("/") && !(written.equals("*") && method.equals("OPTIONS"))) {
            int authorityStart = absoluteAuthorityStart(written);
            int pathStart = pathStart(written, authorityStart);
            absolute = Optional.of(Authority.parse(written.substring(authorityStart, pathStart)));
            target = originForm(written.substring(pathStart), method);
        }
        Optional<Authority> host = host(head, minorVersion);
        BodyFramer body = Framing.declared(head, minorVersion).orElseGet(BodyFramer::none);
        boolean persistent = Framing.isPersistent(head, minorVersion);
        boolean upgrade = minorVersion == 1
                && !head.fields("upgrade").isEmpty()
                && head.elements("connection").contains("upgrade");
        return new RequestHead(head, method, target, minorVersion, absolute, host, body, persistent, upgrade);
    }

    /** Whether sending it twice does what sending it once does, and there is no body that would be gone by then. */
    boolean isRepeatable() {
        boolean bodiless = head.fields("content-length").isEmpty() && head.fields("transfer-encoding").isEmpty();
        return bodiless && !upgrade && List.of("GET", "HEAD", "OPTIONS").contains(method);
    }

    private static int minorVersion(String version) throws HttpViolation {
        return switch (version) {
            case "HTTP/1.1" -> 1;
            case "HTTP/1.0" -> 0;
            default -> throw version.matches("HTTP/[0-9]\\.[0-9]")
                    ? new HttpViolation(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
                    : HttpViolation.bad("the request line does not end with a version of HTTP");
        };
    }

    private static int absoluteAuthorityStart(String target) throws HttpViolation {
        String lower = target.toLowerCase(Locale.ROOT);
        if (lower.startsWith("http://")) {
            return "http://".length();
        }
        if (lower.startsWith("https://")) {
            return "https://".length();
        }
        throw HttpViolation.bad("the target is neither a path nor an http URL");
    }

    private static int pathStart(String target, int from) {
        int at = from;
        while (at < target.length() && "/?#".indexOf(target.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static String originForm(String path, String method) {
        if (path.isEmpty()) {
            return method.equals("OPTIONS") ? "*" : "/";
        }
        return path.startsWith("/") ? path : "/" + path;
    }

    private static Optional<Authority> host(MessageHead head, int minorVersion) throws HttpViolation {
        List<String> hosts = head.values("host");
        if (hosts.size() > 1) {
            throw HttpViolation.bad("Host is given more than once");
        }
        if (hosts.isEmpty()) {
            if (minorVersion == 1) {
                throw HttpViolation.bad("Host is missing");
            }
            return Optional.empty();
        }
        return Optional.of(Authority.parse(hosts.getFirst()));
    }
}
