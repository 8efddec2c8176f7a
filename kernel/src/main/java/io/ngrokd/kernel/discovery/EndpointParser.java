package io.ngrokd.kernel.discovery;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns a complete listing into a {@link Snapshot}: an odd endpoint is refused alone, the others go on. */
public final class EndpointParser {

    private final HostRules rules;

    public EndpointParser(HostRules rules) {
        this.rules = rules;
    }

    /** Several endpoints with the same URL become one with several ids. */
    public Snapshot parse(List<RemoteEndpoint> listed) {
        SortedMap<EndpointKey, Endpoint> endpoints = new TreeMap<>();
        List<Refusal> refused = new ArrayList<>();
        // By id: which of two that clash is served must not depend on the order of the listing.
        for (RemoteEndpoint remote : listed.stream().sorted(Comparator.comparing(RemoteEndpoint::id)).toList()) {
            try {
                Endpoint endpoint = endpoint(remote);
                Endpoint earlier = endpoints.get(endpoint.key());
                if (earlier != null && earlier.protocol() != endpoint.protocol()) {
                    throw new IllegalArgumentException("another endpoint (" + earlier.url() + ") has the same host and port");
                }
                endpoints.put(endpoint.key(), earlier == null ? endpoint : pooled(earlier, endpoint));
            } catch (IllegalArgumentException odd) {
                refused.add(new Refusal(remote.id(), remote.url(), odd.getMessage()));
            }
        }
        return new Snapshot(endpoints, refused);
    }

    private Endpoint endpoint(RemoteEndpoint remote) {
        String url = remote.url();
        int schemeEnd = url.indexOf("://");
        String scheme = schemeEnd > 0 ? url.substring(0, schemeEnd) : remote.proto();
        Protocol protocol = Protocol.ofScheme(scheme).orElseThrow(() -> new IllegalArgumentException(
                scheme.isEmpty() ? "the URL '" + url + "' has no scheme and 'proto' is missing" : "unknown scheme '" + scheme + "'"));
        String authority = authority(schemeEnd > 0 ? url.substring(schemeEnd + 3) : url);
        int colon = authority.lastIndexOf(':');
        String host = (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        if (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        Optional<String> objection = rules.objection(host);
        if (objection.isPresent()) {
            throw new IllegalArgumentException(objection.get());
        }
        int port = colon < 0
                ? protocol.defaultPort().orElseThrow(() -> new IllegalArgumentException("a tcp endpoint must name its port: '" + url + "'"))
                : port(authority.substring(colon + 1));
        if (remote.id().isEmpty()) {
            throw new IllegalArgumentException("the endpoint has no id");
        }
        return new Endpoint(new EndpointKey(host, port), protocol, url, List.of(remote.id()));
    }

    private static String authority(String text) {
        // Endpoints have no query and no fragment: a '?' or '#' is part of a host that is no name, and not its end.
        int end = text.indexOf('/') < 0 ? text.length() : text.indexOf('/');
        if (text.substring(0, end).indexOf('@') >= 0) {
            throw new IllegalArgumentException("the URL has user information, which an endpoint cannot have");
        }
        return text.substring(0, end);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // Said below.
        }
        throw new IllegalArgumentException("'" + text + "' is no port");
    }

    private static Endpoint pooled(Endpoint earlier, Endpoint other) {
        List<String> ids = new ArrayList<>(earlier.ids());
        ids.addAll(other.ids());
        return new Endpoint(earlier.key(), earlier.protocol(), earlier.url(), ids);
    }
}
