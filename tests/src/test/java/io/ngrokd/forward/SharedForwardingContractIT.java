package io.ngrokd.forward;

import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.contract.forward.SharedModeContract;
import io.ngrokd.plugin.forward.shared.SharedForwardingFactory;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("a process that another suite starts has a copy of our listening sockets for a moment: ports stay taken")
class SharedForwardingContractIT extends SharedModeContract {

    @Override
    protected ForwardingModeFactory factory() {
        return new SharedForwardingFactory();
    }
}
