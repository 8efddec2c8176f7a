package io.ngrokd.kernel.proxy;

import java.util.Objects;
import java.util.Optional;

/**
 * How targets are reached.
 *
 * @param server the proxy; empty when all is reached directly
 * @param exceptions what is reached directly all the same
 */
public record ProxyRules(Optional<ProxyServer> server, NoProxy exceptions) {

    /** No proxy for anything. */
    public static final ProxyRules DIRECT = new ProxyRules(Optional.empty(), NoProxy.NONE);

    public ProxyRules {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(exceptions, "exceptions");
    }

    /** The proxy for a target; empty when it is reached directly. */
    public Optional<ProxyServer> towards(String host, int port) {
        return server.filter(proxy -> !exceptions.covers(host, port));
    }
}
