package io.ngrokd.contract.hosts;

import io.ngrokd.api.spi.HostsContext;
import io.ngrokd.api.spi.Journal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Optional;

/** A kernel that names a file. */
record FakeHostsContext(Vertx vertx, Journal journal, Path file) implements HostsContext {

    @Override
    public Optional<Path> hostsFile() {
        return Optional.of(file);
    }
}
