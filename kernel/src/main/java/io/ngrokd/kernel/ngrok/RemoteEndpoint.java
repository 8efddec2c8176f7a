package io.ngrokd.kernel.ngrok;

import java.util.List;

/**
 * An endpoint as the API lists it, unchecked: any text may be empty or nonsense.
 *
 * @param id {@code ep_...}
 * @param url {@code url}, or its deprecated twin {@code public_url}
 * @param proto {@code proto}, or {@code scheme}
 * @param bindings how it can be reached
 */
public record RemoteEndpoint(String id, String url, String proto, List<String> bindings) {

    public RemoteEndpoint {
        bindings = List.copyOf(bindings);
    }
}
