package io.ngrokd.contract.forward;

import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.Journal;
import io.vertx.core.Vertx;

/** What a forwarding mode is handed in a test. */
record FakeForwardContext(Vertx vertx, Journal journal, ConnectionSink sink, int startPort) implements ForwardContext {}
