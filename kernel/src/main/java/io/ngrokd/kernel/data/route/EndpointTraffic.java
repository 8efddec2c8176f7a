package io.ngrokd.kernel.data.route;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * What one endpoint has seen since the daemon started. Written by every event loop, read by anyone; it outlives route
 * tables, so that a change of the configuration does not reset the counters.
 */
public final class EndpointTraffic {

    private static final long NEVER = Long.MIN_VALUE;

    private final LongAdder active = new LongAdder();
    private final LongAdder total = new LongAdder();
    private final LongAdder errors = new LongAdder();
    private final LongAdder bytesFromClients = new LongAdder();
    private final LongAdder bytesToClients = new LongAdder();
    private volatile long lastActivityMillis = NEVER;
    private volatile TrafficFailure lastFailure;

    /** A client's connection was found to be for this endpoint. */
    public void opened() {
        active.increment();
        total.increment();
        touch();
    }

    /** That connection is gone. */
    public void closed() {
        active.decrement();
        touch();
    }

    /** Bytes went from a client towards the endpoint. */
    public void sent(int bytes) {
        bytesFromClients.add(bytes);
        touch();
    }

    /** Bytes came from the endpoint for a client. */
    public void received(int bytes) {
        bytesToClients.add(bytes);
        touch();
    }

    /** A connection or a request could not be served. */
    public void failed(String cause, String message) {
        // In this order: whoever sees that there is one more sees why.
        lastFailure = new TrafficFailure(cause, message, Instant.now());
        errors.increment();
    }

    /** Connections open now. */
    public long activeConnections() {
        return active.sum();
    }

    /** Connections since the start. */
    public long totalConnections() {
        return total.sum();
    }

    /** Failures since the start. */
    public long errors() {
        return errors.sum();
    }

    /** Bytes that clients sent. */
    public long bytesFromClients() {
        return bytesFromClients.sum();
    }

    /** Bytes that clients were sent. */
    public long bytesToClients() {
        return bytesToClients.sum();
    }

    /** When a connection was last opened, used or closed. */
    public Optional<Instant> lastActivity() {
        long millis = lastActivityMillis;
        return millis == NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** The last failure, which may be long over. */
    public Optional<TrafficFailure> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    private void touch() {
        long now = System.currentTimeMillis();
        // Most bytes come in the same millisecond as others: no need to take the field from the other processors each time.
        if (now != lastActivityMillis) {
            lastActivityMillis = now;
        }
    }
}
