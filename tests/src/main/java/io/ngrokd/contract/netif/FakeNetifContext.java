package io.ngrokd.contract.netif;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.NetifContext;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the kernel would hand to a netif backend.
 *
 * @param interfaceName as the user set it
 * @param subnet as the user set it, or empty
 * @param journal the backend's own
 * @param vertxSource asked when the backend wants a Vert.x; most never do
 */
public record FakeNetifContext(String interfaceName, Optional<Subnet> subnet, Journal journal, Supplier<Vertx> vertxSource)
        implements NetifContext {

    @Override
    public Vertx vertx() {
        return vertxSource.get();
    }
}
