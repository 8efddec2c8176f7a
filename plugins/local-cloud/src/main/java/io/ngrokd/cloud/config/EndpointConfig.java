package io.ngrokd.cloud.config;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One endpoint as configured.
 *
 * @param id overrides the id that is otherwise derived from the URL
 * @param offline listed by the API, but refused by the ingress
 * @param direct where the ingress also takes connections for this endpoint alone, without the binding exchange
 */
public record EndpointConfig(EndpointUrl url, Destination destination, Optional<String> id, String description,
        String metadata, List<String> bindings, boolean pooling, boolean offline, Optional<HostPort> direct) {

    public EndpointConfig {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(destination, "destination");
        Objects.requireNonNull(direct, "direct");
        bindings = List.copyOf(bindings);
    }

    /** An endpoint with the sample backend of its scheme behind it. */
    public static EndpointConfig of(String url) {
        EndpointUrl parsed = EndpointUrl.parse(url);
        return new EndpointConfig(parsed, new Destination.Sample(SampleBackend.forScheme(parsed.scheme())),
                Optional.empty(), "", "", List.of("kubernetes"), false, false, Optional.empty());
    }

    public EndpointConfig forwardTo(String host, int port) {
        return with(new Destination.Forward(new HostPort(host, port)));
    }

    public EndpointConfig with(SampleBackend backend) {
        return with(new Destination.Sample(backend));
    }

    public EndpointConfig withId(String newId) {
        return new EndpointConfig(url, destination, Optional.of(newId), description, metadata, bindings, pooling,
                offline, direct);
    }

    public EndpointConfig withMetadata(String newMetadata) {
        return new EndpointConfig(url, destination, id, description, newMetadata, bindings, pooling, offline, direct);
    }

    public EndpointConfig withBindings(List<String> newBindings) {
        return new EndpointConfig(url, destination, id, description, metadata, newBindings, pooling, offline, direct);
    }

    public EndpointConfig takenOffline() {
        return new EndpointConfig(url, destination, id, description, metadata, bindings, pooling, true, direct);
    }

    /** Takes connections at this address too, for this endpoint alone and without the binding exchange. */
    public EndpointConfig withDirect(String host, int port) {
        return new EndpointConfig(url, destination, id, description, metadata, bindings, pooling, offline,
                Optional.of(new HostPort(host, port)));
    }

    private EndpointConfig with(Destination newDestination) {
        return new EndpointConfig(url, newDestination, id, description, metadata, bindings, pooling, offline, direct);
    }
}
