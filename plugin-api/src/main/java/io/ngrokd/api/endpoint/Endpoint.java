package io.ngrokd.api.endpoint;

import java.util.List;
import java.util.Objects;

/**
 * An endpoint that the cloud lists for us and that this machine is to make usable. Its host has been checked: it is a
 * legal name that may stand in a hosts file (or a wildcard, which may not).
 *
 * @param key host and port
 * @param protocol how its traffic is treated
 * @param url the URL as the API gave it, for people to recognise
 * @param ids the API's ids, at least one; more than one when endpoints of the cloud share this URL
 */
public record Endpoint(EndpointKey key, Protocol protocol, String url, List<String> ids) {

    public Endpoint {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(protocol, "protocol");
        Objects.requireNonNull(url, "url");
        ids = List.copyOf(ids);
        if (ids.isEmpty()) {
            throw new IllegalArgumentException("endpoint " + key + " has no id");
        }
    }

    /** The host, or the pattern of a wildcard. */
    public String host() {
        return key.host();
    }

    /** The port that clients use, 1 to 65535. */
    public int port() {
        return key.port();
    }
}
