package io.ngrokd.plugin.forward.virtual;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.vertx.core.internal.VertxInternal;
import org.pf4j.Extension;

/** Makes the mode {@code virtual}, which works wherever there are sockets. */
@Extension
public final class VirtualForwardingFactory implements ForwardingModeFactory {

    static final String NAME = "virtual";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int rank() {
        return 100;
    }

    @Override
    public Availability probe(ForwardContext context) {
        return Availability.yes("sockets work on every system");
    }

    @Override
    public ForwardingMode create(ForwardContext context) {
        return new VirtualForwarding(new AcceptorOpener((VertxInternal) context.vertx(), context.sink()));
    }
}
