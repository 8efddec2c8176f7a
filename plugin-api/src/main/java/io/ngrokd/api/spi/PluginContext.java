package io.ngrokd.api.spi;

import io.vertx.core.Vertx;

/** What every backend gets from the kernel. */
public interface PluginContext {

    /** The daemon's Vert.x, for timers, sockets and subscriptions to {@code ngrokd.event.*}. */
    Vertx vertx();

    /** This backend's own journal. */
    Journal journal();

    /**
     * Whether nothing may be changed, not even for a moment: {@link BackendFactory#probe} then only looks, and of the backend's
     * methods none is called but those that ask it something. The journal can be read and refuses to be written.
     */
    default boolean lookOnly() {
        return false;
    }
}
