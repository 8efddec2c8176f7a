package io.ngrokd.kernel.data.http;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.ingress.IngressRequest;
import io.ngrokd.kernel.data.route.ListenerRoutes;
import io.ngrokd.kernel.data.route.Route;
import java.util.Optional;

/**
 * Where a request goes.
 *
 * @param route the endpoint
 * @param host its host; for a wildcard the name that the client asked for
 */
record Destination(Route route, String host) {

    static Destination of(RequestHead request, ListenerRoutes routes) throws HttpViolation {
        Optional<String> asked = request.absolute().or(request::host).flatMap(Authority::name);
        Route route = routes.sole()
                .or(() -> asked.flatMap(routes::byHost))
                .orElseThrow(() -> misdirected());
        String host = route.key().host();
        if (route.key().isWildcard()) {
            host = asked.filter(route::covers).orElseThrow(() -> misdirected());
        }
        if (request.absolute().isPresent()) {
            requireSame(request.absolute().get(), host);
            if (request.host().isPresent()) {
                requireSame(request.host().get(), host);
            }
        }
        return new Destination(route, host);
    }

    IngressRequest ingressRequest() {
        return new IngressRequest(host, route.key().port());
    }

    /** The Host that the endpoint expects: its port belongs to it unless its scheme says the same. */
    String hostHeader() {
        int port = route.key().port();
        int implied = route.protocol() == Protocol.HTTPS ? 443 : 80;
        return port == implied ? host : host + ":" + port;
    }

    private static void requireSame(Authority written, String host) throws HttpViolation {
        if (written.name().filter(host::equals).isEmpty()) {
            throw HttpViolation.bad("the target names another host than this endpoint's");
        }
    }

    private static HttpViolation misdirected() {
        return new HttpViolation(HttpViolation.MISDIRECTED, "no endpoint here has the host that was asked for");
    }
}
