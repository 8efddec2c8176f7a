package io.ngrokd.kernel.data.ingress;

import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import java.util.Optional;

/**
 * How the ingress is reached. Connections that were made the same way are as good as each other.
 *
 * @param target where it is; null while nobody knows
 * @param credentials who we are there; null while we are nobody
 * @param proxies what is in between
 */
record IngressWay(IngressTarget target, IngressCredentials credentials, ProxyRules proxies) {

    static IngressWay unknown() {
        return new IngressWay(null, null, ProxyRules.DIRECT);
    }

    IngressWay with(IngressTarget next) {
        return new IngressWay(next, credentials, proxies);
    }

    IngressWay with(IngressCredentials next) {
        return new IngressWay(target, next, proxies);
    }

    IngressWay with(ProxyRules next) {
        return new IngressWay(target, credentials, next);
    }

    /** Whether it leads anywhere. */
    boolean isKnown() {
        return target != null && credentials != null;
    }

    Optional<ProxyServer> proxy() {
        return proxies.towards(target.host(), target.port());
    }
}
