package io.ngrokd.kernel.control.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All routes, behind one door. Safe for use by several threads; called on virtual threads, may block. */
public final class Api {

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final List<Route> routes;

    /**
     * @param routes in any order
     */
    public Api(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** What there is. */
    public List<Route> routes() {
        return routes;
    }

    /** Answers a request; never throws. */
    public Reply answer(Request request) {
        try {
            return dispatch(request);
        } catch (Problem problem) {
            return problem.reply();
        } catch (RuntimeException | LinkageError | StackOverflowError defect) {
            LOG.error("A request failed unexpectedly. method={} path={}", request.method(), printable(request.path()), defect);
            return new Problem(500, "the request failed unexpectedly", "See the daemon's log.").reply();
        }
    }

    private Reply dispatch(Request request) throws Problem {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        List<String> others = new ArrayList<>();
        for (Route route : routes) {
            Optional<Map<String, String>> path = route.match(request.path());
            if (path.isPresent() && route.method().equals(method)) {
                permit(route, request);
                return route.handler().handle(request, path.get());
            }
            path.ifPresent(matches -> others.add(route.method()));
        }
        if (others.isEmpty()) {
            throw new Problem(404, "there is no " + printable(request.path()), "See /v1/openapi.json for what there is.");
        }
        String allowed = String.join(", ", new TreeSet<>(others));
        throw new Problem(405, printable(request.path()) + " takes " + allowed, "", Map.of("Allow", allowed));
    }

    private static void permit(Route route, Request request) throws Problem {
        if (route.access() == Route.Access.EVERYBODY || request.caller().isTrusted()) {
            return;
        }
        LOG.warn("A request was refused. method={} path={} caller={}", request.method(), printable(request.path()), request.caller().name());
        boolean overTcp = request.caller().isOverTcp();
        throw new Problem(overTcp ? 401 : 403, request.caller().refusal(), "", overTcp ? Map.of("WWW-Authenticate", "Bearer") : Map.of());
    }

    private static String printable(String text) {
        String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
        return printable.length() > 200 ? printable.substring(0, 200) + "..." : printable;
    }
}
