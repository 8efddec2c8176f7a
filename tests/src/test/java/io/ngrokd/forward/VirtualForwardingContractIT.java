package io.ngrokd.forward;

import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.contract.forward.ForwardingModeContract;
import io.ngrokd.plugin.forward.virtual.VirtualForwardingFactory;

class VirtualForwardingContractIT extends ForwardingModeContract {

    @Override
    protected ForwardingModeFactory factory() {
        return new VirtualForwardingFactory();
    }
}
