package io.ngrokd.plugin.forward.virtual;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.kit.listener.ListenerKeeper;
import org.pf4j.Extension;

/** Makes the mode {@code virtual}, which works wherever there are sockets. */
@Extension
public final class VirtualForwardingFactory implements ForwardingModeFactory {

    private static final String NAME = "virtual";
    /** So that one busy endpoint uses more than one core; there may be thousands of sockets, and a share of each loop costs. */
    private static final int LOOPS_PER_SOCKET = 4;

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
        return new ListenerKeeper(NAME, context, LOOPS_PER_SOCKET, port -> port + 1);
    }
}
