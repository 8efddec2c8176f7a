package io.ngrokd.api.spi;

import java.nio.file.Path;
import java.util.Optional;

/** What hosts writers get from the kernel. */
public interface HostsContext extends PluginContext {

    /** The hosts file that the user named ({@code NGROKD_HOSTS_PATH}); empty means the system's own. */
    Optional<Path> hostsFile();
}
