package io.ngrokd.netif;

import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.contract.netif.NetifBackendContract;
import io.ngrokd.plugin.netif.linux.LinuxLoopbackFactory;

/** Changes nothing, so it runs anywhere on Linux without privilege. */
class LinuxLoopbackNetifIT extends NetifBackendContract {

    @Override
    protected NetifBackendFactory factory() {
        return new LinuxLoopbackFactory();
    }

    @Override
    protected boolean alwaysExist() {
        return true;
    }
}
