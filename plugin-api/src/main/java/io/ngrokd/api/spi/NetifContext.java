package io.ngrokd.api.spi;

import io.ngrokd.api.endpoint.Subnet;
import java.util.Optional;

/** What netif backends get from the kernel. */
public interface NetifContext extends PluginContext {

    /** The name that the interface is to have, from {@code net.interface_name}. */
    String interfaceName();

    /** The range that the user asked for in {@code net.subnet}; empty when the backend's own preference counts. */
    Optional<Subnet> subnet();
}
