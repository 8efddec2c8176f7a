package io.ngrokd.plugin.forward.shared;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.kit.listener.ListenerKeeper;
import org.pf4j.Extension;

/** Makes the mode {@code shared}, which works wherever there are sockets. */
@Extension
public final class SharedForwardingFactory implements ForwardingModeFactory {

    private static final String NAME = "shared";

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

    /** All event loops serve each listener: there are few of them, and many endpoints behind each. */
    @Override
    public ForwardingMode create(ForwardContext context) {
        return new ListenerKeeper(NAME, context, Integer.MAX_VALUE, port -> Math.max(port + 1, context.startPort()));
    }
}
