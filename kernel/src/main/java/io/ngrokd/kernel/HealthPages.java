package io.ngrokd.kernel;

import io.ngrokd.kernel.config.HostPort;
import io.ngrokd.kernel.status.StatusBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The health paths over TCP. They come up beside the rest of the start; that they cannot stops nothing. */
final class HealthPages {

    private static final Logger LOG = LoggerFactory.getLogger(HealthPages.class);

    private final StatusBoard board;
    private volatile Optional<ControlServices.Http> http = Optional.empty();
    private FutureTask<Void> start;

    HealthPages(StatusBoard board) {
        this.board = board;
    }

    /** Begins to listen, on a thread of its own. */
    void begin(ControlServices services, HostPort at, Path token) {
        start = new FutureTask<>(() -> listen(services, at, token), null);
        Thread.ofVirtual().name("health").start(start);
    }

    private void listen(ControlServices services, HostPort at, Path token) {
        try {
            http = Optional.of(services.http(at, token));
        } catch (Exception notBound) {
            // Future.await throws what the future failed with, checked or not. Endpoints matter more than probes: go on without.
            LOG.warn("Health cannot be served. address={} cause={}", at, notBound.getMessage());
            board.warn("health", "health cannot be served on " + at + " (" + notBound.getMessage() + "); set server.health_address to a free one");
        }
    }

    /** Waits until it listens, or cannot. */
    void await() throws IOException {
        try {
            start.get();
        } catch (ExecutionException defect) {
            throw new IllegalStateException("health could not be begun", defect.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new IOException("ngrokd was stopped while it started", stopping);
        }
    }

    /** Where it listens; empty while it does not. */
    String address() {
        return http.map(ControlServices.Http::address).orElse("");
    }

    void stop() {
        http.ifPresent(listening -> listening.server().stop());
    }
}
