package io.ngrokd.plugin.netif.linux;

import org.pf4j.Extension;

/** Addresses on a bridge without ports. */
@Extension
public final class LinuxBridgeFactory extends DeviceFactory {

    public LinuxBridgeFactory() {
        this(Surroundings.real());
    }

    LinuxBridgeFactory(Surroundings surroundings) {
        super(DeviceKind.BRIDGE, surroundings);
    }
}
