package io.ngrokd.plugin.dns.resolved;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/**
 * What resolved knows about one interface.
 *
 * @param servers what it asks there
 * @param domains what it asks there for, with a tilde before those that are for routing only
 * @param defaultRoute whether it asks there for everything else too
 */
record LinkSettings(List<InetSocketAddress> servers, Set<String> domains, boolean defaultRoute) {

    LinkSettings {
        servers = List.copyOf(servers);
        domains = Set.copyOf(domains);
    }

    boolean isEmpty() {
        return servers.isEmpty() && domains.isEmpty();
    }
}
