package io.ngrokd.ctl.doctor;

import io.ngrokd.ctl.json.Fields;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The daemon's part of the walk and ours, put together in the order of the way. */
public final class Examination {

    /** Behind this hop of the daemon's come ours of the look-up and the connection. */
    private static final String BEFORE_OURS = "DNS routing";
    private static final int MOST_LOOKUPS = 50;

    private final Resolver resolver;

    public Examination(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Completes the daemon's document with what is seen from here. */
    public Map<String, Object> complete(Fields document) {
        List<Hop> hops = new ArrayList<>(document.objects("hops").stream().map(Hop::of).toList());
        Map<String, Object> result = new LinkedHashMap<>();
        document.all().forEach((name, value) -> result.put(name.toString(), value));
        long failedEndpoints = 0;
        if (document.has("name")) {
            walk(document, hops);
        } else {
            List<Map<String, Object>> endpoints = endpoints(document.objects("endpoints"));
            failedEndpoints = endpoints.stream().filter(endpoint -> !"ok".equals(endpoint.get("seen"))).count();
            result.put("endpoints", endpoints);
        }
        result.put("hops", hops.stream().map(Hop::document).toList());
        result.put("failed", failedEndpoints + count(hops, Hop.State.FAILED));
        result.put("warnings", count(hops, Hop.State.WARNING));
        return result;
    }

    private static long count(List<Hop> hops, Hop.State state) {
        return hops.stream().filter(hop -> hop.state() == state).count();
    }

    private void walk(Fields document, List<Hop> hops) {
        String host = document.text("host").orElse("");
        String address = document.text("address").orElse("");
        int port = (int) document.number("listen_port").orElse(0);
        List<Hop> ours = new ArrayList<>();
        Hop answer;
        if (address.isEmpty()) {
            String why = failed(hops, "endpoint") ? "'endpoint' failed" : "it has no address";
            ours.add(Hop.skipped(Resolver.HOP, why));
            ours.add(Hop.skipped(Visit.CONNECT, why));
            answer = Hop.skipped(Visit.ANSWER, why);
        } else {
            String obstacle = port == 0 || failed(hops, "listener") ? "'listener' failed"
                    : failed(hops, "address") ? "'address' failed" : failed(hops, "interface") ? "'interface' failed" : "";
            CompletableFuture<List<InetAddress>> lookup = resolver.find(host);
            // Only what accepts gets a name.
            ours.add(port == 0 ? Hop.skipped(Resolver.HOP, obstacle) : Resolver.judge(host, lookup, address));
            if (obstacle.isEmpty()) {
                List<Hop> visit = visit(document, hops, lookup, address, port, host);
                ours.add(visit.getFirst());
                answer = visit.getLast();
            } else {
                ours.add(Hop.skipped(Visit.CONNECT, obstacle));
                answer = Hop.skipped(Visit.ANSWER, obstacle);
            }
        }
        int index = 1 + hops.stream().map(Hop::name).toList().indexOf(BEFORE_OURS);
        hops.addAll(index == 0 ? hops.size() : index, ours);
        hops.add(answer);
    }

    private static List<Hop> visit(
            Fields document, List<Hop> hops, CompletableFuture<List<InetAddress>> lookup, String address, int port, String host) {
        try (Visit visit = new Visit(Resolver.place(address, lookup), port, host, document.text("protocol").orElse("tcp"))) {
            Hop connect = visit.connect();
            if (connect.state() == Hop.State.FAILED) {
                return List.of(connect, Hop.skipped(Visit.ANSWER, "'connect' failed"));
            }
            for (String needed : List.of("ingress", "ingress TLS", "binding exchange")) {
                if (failed(hops, needed)) {
                    return List.of(connect, Hop.skipped(Visit.ANSWER, "'" + needed + "' failed"));
                }
            }
            return List.of(connect, visit.answer());
        } catch (IOException | IllegalArgumentException odd) {
            return List.of(Hop.failed(Visit.CONNECT, "'" + address + "' cannot be connected to: " + odd.getMessage(), ""),
                    Hop.skipped(Visit.ANSWER, "'connect' failed"));
        }
    }

    private static boolean failed(List<Hop> hops, String name) {
        return hops.stream().anyMatch(hop -> hop.name().equals(name) && hop.state() == Hop.State.FAILED);
    }

    /** Each with whether it is up, and whether programs here find its name: all look-ups at once. */
    private List<Map<String, Object>> endpoints(List<Fields> endpoints) {
        List<CompletableFuture<List<InetAddress>>> lookups = new ArrayList<>();
        for (Fields endpoint : endpoints) {
            boolean wanted = isReady(endpoint) && lookups.size() < MOST_LOOKUPS && !name(endpoint).startsWith("*.");
            lookups.add(wanted ? resolver.find(name(endpoint)) : null);
        }
        List<Map<String, Object>> described = new ArrayList<>();
        for (int index = 0; index < endpoints.size(); index++) {
            Fields endpoint = endpoints.get(index);
            Map<String, Object> one = new LinkedHashMap<>();
            endpoint.all().forEach((name, value) -> one.put(name.toString(), value));
            Hop found = lookups.get(index) == null ? null : Resolver.judge(name(endpoint), lookups.get(index), endpoint.text("address").orElse(""));
            one.put("seen", isReady(endpoint) && (found == null || found.state() != Hop.State.FAILED) ? "ok" : "failed");
            if (found != null) {
                one.put("resolver", found.document());
            }
            described.add(one);
        }
        return described;
    }

    private static boolean isReady(Fields endpoint) {
        return endpoint.text("state").filter("ready"::equals).isPresent();
    }

    private static String name(Fields endpoint) {
        return endpoint.text("hostname").orElse("");
    }
}
