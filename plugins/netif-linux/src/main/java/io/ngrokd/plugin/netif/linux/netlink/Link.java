package io.ngrokd.plugin.netif.linux.netlink;

import java.util.Objects;
import java.util.Optional;

/**
 * A network interface.
 *
 * @param index the kernel's number for it
 * @param name such as {@code eth0}
 * @param kind of virtual ones: {@code dummy}, {@code bridge}, {@code veth}; empty for hardware and {@code lo}
 * @param alias free text that somebody set on it
 * @param up whether it is switched on
 * @param master the index of the bridge or bond that it is a port of; 0 for none
 */
public record Link(int index, String name, Optional<String> kind, Optional<String> alias, boolean up, int master) {

    public Link {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(alias, "alias");
    }

    /** For people: {@code dummy interface ngrokd0}. */
    public String description() {
        return kind.map(word -> word + " interface ").orElse("interface ") + name;
    }
}
