package io.ngrokd.netif;

import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.plugin.netif.linux.LinuxBridgeFactory;
import io.ngrokd.testing.InOwnNamespace;

@InOwnNamespace
class LinuxBridgeNetifIT extends LinuxNetifContract {

    LinuxBridgeNetifIT() {
        super("ngrokd0");
    }

    @Override
    protected NetifBackendFactory factory() {
        return new LinuxBridgeFactory();
    }
}
