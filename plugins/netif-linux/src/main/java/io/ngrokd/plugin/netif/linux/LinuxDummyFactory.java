package io.ngrokd.plugin.netif.linux;

import org.pf4j.Extension;

/** Addresses on a dummy interface. */
@Extension
public final class LinuxDummyFactory extends DeviceFactory {

    public LinuxDummyFactory() {
        this(Surroundings.real());
    }

    LinuxDummyFactory(Surroundings surroundings) {
        super(DeviceKind.DUMMY, surroundings);
    }
}
