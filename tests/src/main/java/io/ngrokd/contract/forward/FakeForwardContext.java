package io.ngrokd.contract.forward;

import io.ngrokd.api.spi.ConnectionSink;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.Journal;
import io.vertx.core.Vertx;
import java.util.function.IntSupplier;

/**
 * What a forwarding mode is handed in a test.
 *
 * @param firstPort asked each time, as the config may change
 */
record FakeForwardContext(Vertx vertx, Journal journal, ConnectionSink sink, IntSupplier firstPort) implements ForwardContext {

    @Override
    public int startPort() {
        return firstPort.getAsInt();
    }
}
