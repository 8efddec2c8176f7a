package io.ngrokd.kernel.control.api;

import io.ngrokd.kernel.control.Caller;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A request, whole.
 *
 * @param method in capitals
 * @param path decoded, without the query
 * @param query the first value of each parameter
 * @param accept what the client wants to have; empty when it does not say
 * @param lastEventId where a stream of events is to go on; empty when the client does not say
 */
public record Request(
        String method, String path, Map<String, String> query, String accept, String lastEventId, byte[] body, Caller caller) {

    private static final String EVENT_STREAM = "text/event-stream";

    /** A parameter of the query. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** Whether the client wants to be told of changes as they come, rather than one answer. */
    public boolean wantsStream() {
        return accept.contains(EVENT_STREAM) || parameter("watch").filter(value -> !value.equals("false")).isPresent();
    }

    /**
     * The events after which a stream goes on.
     *
     * @param otherwise for clients that do not say
     */
    long after(long otherwise) {
        return lastEventId.matches("\\d{1,18}") ? Long.parseLong(lastEventId) : otherwise;
    }

    /** The body as text. */
    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
