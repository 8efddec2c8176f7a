package io.ngrokd.netif;

import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.plugin.netif.linux.LinuxLoFactory;
import io.ngrokd.testing.InOwnNamespace;

@InOwnNamespace
class LinuxLoNetifIT extends LinuxNetifContract {

    LinuxLoNetifIT() {
        super("lo");
    }

    @Override
    protected NetifBackendFactory factory() {
        return new LinuxLoFactory();
    }
}
