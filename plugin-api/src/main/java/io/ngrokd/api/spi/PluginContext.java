package io.ngrokd.api.spi;

import io.vertx.core.Vertx;

/** What every backend gets from the kernel. */
public interface PluginContext {

    /** The daemon's Vert.x, for timers, sockets and subscriptions to {@code ngrokd.event.*}. */
    Vertx vertx();

    /** This backend's own journal. */
    Journal journal();
}
