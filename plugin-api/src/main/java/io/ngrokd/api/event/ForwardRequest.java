package io.ngrokd.api.event;

import io.ngrokd.api.endpoint.Listener;
import java.util.List;

/**
 * All listeners that must be bound by one forwarding mode, and no others.
 *
 * @param listeners the whole list, each id once
 */
public record ForwardRequest(List<Listener> listeners) {

    public ForwardRequest {
        listeners = List.copyOf(listeners);
    }
}
