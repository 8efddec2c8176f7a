package io.ngrokd.kernel.ngrok;

import java.net.URI;

/**
 * Where the API is and with which key it is asked.
 *
 * @param url base URL without a trailing slash
 * @param key the API key; a secret
 */
public record ApiAccess(URI url, String key) {

    /** Never shows the key. */
    @Override
    public String toString() {
        return "ApiAccess[url=" + url + "]";
    }
}
