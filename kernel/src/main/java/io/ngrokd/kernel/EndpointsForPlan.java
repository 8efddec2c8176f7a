package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.discovery.EndpointParser;
import io.ngrokd.kernel.discovery.HostRules;
import io.ngrokd.kernel.discovery.KnownEndpoints;
import io.ngrokd.kernel.discovery.NgrokListing;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.ApiTransport;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The endpoints that a start would begin with: those that the last run saw, else those that ngrok lists for who we are registered as.
 * Registers nobody and writes nothing.
 *
 * @param endpoints empty when a start would serve none, or cannot know any before it is registered
 * @param notes where they are from, or why there are none
 */
record EndpointsForPlan(Optional<Collection<Endpoint>> endpoints, List<String> notes) {

    /** @throws IOException when the state folder cannot be read, with what to do */
    static EndpointsForPlan find(Vertx vertx, DaemonConfig config, Set<String> machineNames) throws IOException {
        if (config.api().key().isEmpty()) {
            return none("there is no API key, so a start serves nothing until there is one; set api.key, or run: ngrokctl set-api-key");
        }
        Path state = config.server().stateFolder();
        String operator;
        Optional<KnownEndpoints.Listing> last;
        try {
            operator = Files.readString(state.resolve("operator_id")).strip();
            last = KnownEndpoints.look(state.resolve("endpoints.json"))
                    .filter(listing -> listing.api().equals(config.api().url().toString()) && listing.operatorId().equals(operator));
        } catch (NoSuchFileException unregistered) {
            return none("this machine is not registered at ngrok yet (there is no " + state.resolve("operator_id")
                    + "), so no endpoints are known; a start registers it and then lists them");
        } catch (AccessDeniedException denied) {
            throw new IOException(denied.getFile()
                    + " may not be read; run this as the user that runs the daemon, mostly root: sudo ngrokd plan", denied);
        }
        if (last.isPresent()) {
            return parsed(last.get().endpoints(), rules(config, last.get().ingress(), machineNames),
                    "it goes by the endpoints that the last run saw (" + state.resolve("endpoints.json") + "); a start then asks ngrok");
        }
        return listed(vertx, config, operator, machineNames);
    }

    private static EndpointsForPlan listed(Vertx vertx, DaemonConfig config, String operator, Set<String> machineNames) {
        Ways ways = new Ways(new StatusBoard(Clock.systemUTC(), event -> {}));
        try (ApiTransport transport = new ApiTransport(vertx, () -> new ApiAccess(config.api().url(), config.api().key()),
                () -> ways.api(config), "ngrokd-java/" + Version.current())) {
            List<RemoteEndpoint> endpoints = new NgrokListing(new NgrokApi(transport)).fetch(operator);
            String ingress = config.ingressEndpoint().orElse(DaemonConfig.DEFAULT_INGRESS).toString();
            return parsed(endpoints, rules(config, ingress, machineNames), "it goes by the endpoints that ngrok lists now");
        } catch (ApiException failed) {
            return none("no endpoints are known from an earlier run, and ngrok does not list them: " + failed.messageWithAdvice());
        }
    }

    private static HostRules rules(DaemonConfig config, String ingress, Set<String> machineNames) {
        Set<String> own = new TreeSet<>(machineNames);
        own.add(config.api().url().getHost());
        own.add(HostPort.parse(ingress, DaemonConfig.DEFAULT_INGRESS.port()).host());
        config.proxy().server().ifPresent(proxy -> own.add(proxy.host()));
        return new HostRules(own);
    }

    private static EndpointsForPlan parsed(List<RemoteEndpoint> endpoints, HostRules rules, String note) {
        Snapshot snapshot = new EndpointParser(rules).parse(endpoints);
        List<String> notes = new ArrayList<>(List.of(note));
        snapshot.refused().forEach(refusal -> notes.add(refusal.url() + " is left out: " + refusal.reason()));
        return new EndpointsForPlan(Optional.of(snapshot.endpoints().values()), notes);
    }

    private static EndpointsForPlan none(String why) {
        return new EndpointsForPlan(Optional.empty(), List.of(why));
    }
}
