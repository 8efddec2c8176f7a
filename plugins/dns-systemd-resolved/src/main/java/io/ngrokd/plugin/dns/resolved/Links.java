package io.ngrokd.plugin.dns.resolved;

import java.util.Optional;

/** The network interfaces of this machine. */
interface Links {

    boolean exists(String link);

    /** Why resolved would ask nobody through this interface; empty when it would. */
    Optional<String> obstacle(String link);
}
