package io.ngrokd.api.event;

import io.ngrokd.api.endpoint.Endpoint;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Something happened to an endpoint. Published on {@link BusAddress#EVENT_ENDPOINT}, in order.
 *
 * @param kind what happened
 * @param endpoint to whom
 * @param reason why, for {@link Kind#DEGRADED} always
 * @param time when the kernel saw it
 */
public record EndpointEvent(Kind kind, Endpoint endpoint, Optional<String> reason, Instant time) {

    /** The life of an endpoint on this machine. */
    public enum Kind {
        /** The cloud lists it now; work on it begins. */
        ADDED,
        /** It has its address, listener and name: clients can use it. */
        READY,
        /** Something of it is missing; it is tried again. */
        DEGRADED,
        /** The cloud lists it no more; its name, listener and address are gone. */
        REMOVED
    }

    public EndpointEvent {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(time, "time");
    }
}
