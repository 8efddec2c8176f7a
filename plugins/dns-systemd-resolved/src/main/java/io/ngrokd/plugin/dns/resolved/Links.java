package io.ngrokd.plugin.dns.resolved;

import java.util.Optional;

/** The network interfaces of this machine. */
interface Links {

    boolean exists(String link);

    /** Why routing is not to be tied to this interface: resolved would pass it over, or it is no virtual one; empty when it may be. */
    Optional<String> obstacle(String link);
}
