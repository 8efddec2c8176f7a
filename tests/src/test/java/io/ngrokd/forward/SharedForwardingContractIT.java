package io.ngrokd.forward;

import io.ngrokd.api.spi.ForwardingModeFactory;
import io.ngrokd.contract.forward.SharedModeContract;
import io.ngrokd.plugin.forward.shared.SharedForwardingFactory;

class SharedForwardingContractIT extends SharedModeContract {

    @Override
    protected ForwardingModeFactory factory() {
        return new SharedForwardingFactory();
    }
}
