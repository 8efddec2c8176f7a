package io.ngrokd.kernel.ngrok;

import io.ngrokd.kernel.proxy.ProxyRules;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/**
 * How the API is reached and who is believed to be it.
 *
 * @param extraRoots trusted besides the system's roots
 * @param proxies where a proxy is in between
 */
public record ApiNetwork(List<X509Certificate> extraRoots, ProxyRules proxies) {

    /** Straight, with the system's roots. */
    public static final ApiNetwork PLAIN = new ApiNetwork(List.of(), ProxyRules.DIRECT);

    public ApiNetwork {
        extraRoots = List.copyOf(extraRoots);
        Objects.requireNonNull(proxies, "proxies");
    }
}
