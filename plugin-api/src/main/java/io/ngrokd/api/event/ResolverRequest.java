package io.ngrokd.api.event;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The domains whose names this machine's own programs must look up at our DNS server, and no others.
 *
 * @param server where our server listens; reachable from this machine
 * @param domains lower case, without a trailing dot or a wildcard's star: {@code api.example.com} for an exact name,
 *     {@code example.com} for {@code *.example.com}. Each stands for itself and everything below it
 * @param interfaceName the interface that bears our addresses, where a resolver ties routing to one; empty when there is none
 */
public record ResolverRequest(InetSocketAddress server, SortedSet<String> domains, Optional<String> interfaceName) {

    public ResolverRequest {
        Objects.requireNonNull(server, "server");
        domains = Collections.unmodifiableSortedSet(new TreeSet<>(domains));
        Objects.requireNonNull(interfaceName, "interfaceName");
    }

    /** The domains that no other one of them covers already: {@code example.com} covers {@code api.example.com}. */
    public List<String> widest() {
        return domains.stream().filter(domain -> {
            for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
                if (domains.contains(domain.substring(dot + 1))) {
                    return false;
                }
            }
            return true;
        }).toList();
    }
}
