package io.ngrokd.netif;

import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.plugin.netif.linux.LinuxDummyFactory;

/** The contract on a dummy interface. {@link LinuxDummyNetifIT} runs it in a kernel that has the type. */
class LinuxDummySuite extends LinuxNetifContract {

    LinuxDummySuite() {
        super("ngrokd0");
    }

    @Override
    protected NetifBackendFactory factory() {
        return new LinuxDummyFactory();
    }
}
