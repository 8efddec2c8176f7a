package io.ngrokd.resolver;

import io.ngrokd.api.spi.DnsStrategyContext;
import io.ngrokd.api.spi.Journal;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/** A kernel without a Vert.x: the strategies here need none. */
record FakeDnsContext(Journal journal, Path systemRoot) implements DnsStrategyContext {

    @Override
    public Vertx vertx() {
        throw new UnsupportedOperationException("no strategy here needs it");
    }
}
