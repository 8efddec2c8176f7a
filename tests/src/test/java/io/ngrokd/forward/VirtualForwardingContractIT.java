package io.ngrokd.forward;

import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.contract.forward.ForwardingModeContract;
import io.ngrokd.plugin.forward.virtual.VirtualForwardingFactory;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("a process that another suite starts has a copy of our listening sockets for a moment: ports stay taken")
class VirtualForwardingContractIT extends ForwardingModeContract {

    @Override
    protected ForwardingModeFactory factory() {
        return new VirtualForwardingFactory();
    }
}
