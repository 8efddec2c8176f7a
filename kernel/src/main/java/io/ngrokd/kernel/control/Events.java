package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.api.event.EndpointEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/** What happened lately, as documents. Safe for use by several threads. */
public final class Events {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEPT = 500;

    private final Clock clock;
    private final Feed<ObjectNode> feed = new Feed<>(KEPT);

    public Events(Clock clock) {
        this.clock = clock;
    }

    /** Something happened to an endpoint. */
    public void endpoint(EndpointEvent event) {
        ObjectNode document = document("endpoint." + event.kind().name().toLowerCase(Locale.ROOT), event.time());
        document.put("endpoint", event.endpoint().key().toString());
        document.put("url", event.endpoint().url());
        event.reason().ifPresent(reason -> document.put("message", reason));
        feed.publish(document);
    }

    /**
     * Something happened to the daemon.
     *
     * @param type two words with a dot between, {@code config.reloaded} for instance
     * @param message a sentence for people
     */
    public void daemon(String type, String message) {
        feed.publish(document(type, clock.instant()).put("message", message));
    }

    private static ObjectNode document(String type, Instant at) {
        return JSON.createObjectNode().put("at", at.toString()).put("type", type);
    }

    /** To read and to listen to. */
    public Feed<ObjectNode> feed() {
        return feed;
    }
}
