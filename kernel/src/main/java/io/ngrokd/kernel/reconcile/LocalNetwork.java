package io.ngrokd.kernel.reconcile;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * This machine's network interfaces at one moment, without the addresses that the daemon itself made.
 *
 * @param interfaces in the system's order
 */
public record LocalNetwork(List<Interface> interfaces) {

    /** Nothing is known. */
    public static final LocalNetwork NONE = new LocalNetwork(List.of());

    public LocalNetwork {
        interfaces = List.copyOf(interfaces);
    }

    /**
     * @param up whether it carries traffic
     * @param loopback whether it leads nowhere but to this machine
     * @param addresses its IPv4 addresses, the main one first
     */
    public record Interface(String name, boolean up, boolean loopback, List<InetAddress> addresses) {

        public Interface {
            addresses = List.copyOf(addresses);
        }
    }

    /** The interface of this name. */
    public Optional<Interface> named(String name) {
        return interfaces.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    /** Whether it is an address of an interface that is up. Every loopback address is one, for some systems have all of them unasked. */
    public boolean has(InetAddress address) {
        return address.isLoopbackAddress() || interfaces.stream().anyMatch(each -> each.up() && each.addresses().contains(address));
    }

    /** The addresses at which other machines may reach this one, each once, in the system's order. */
    public List<InetAddress> lanAddresses() {
        LinkedHashSet<InetAddress> addresses = new LinkedHashSet<>();
        interfaces.stream().filter(each -> each.up() && !each.loopback()).forEach(each -> addresses.addAll(each.addresses()));
        addresses.removeIf(InetAddress::isLoopbackAddress);
        return List.copyOf(addresses);
    }

    /** What of it can be listened on; the rest, such as the ends of containers' cables, comes and goes without a consequence. */
    public LocalNetwork usable() {
        return new LocalNetwork(interfaces.stream().filter(each -> each.up() && !each.addresses().isEmpty()).toList());
    }

    /** The interfaces with their addresses, for people: {@code eth0 (192.168.1.5), wlan0 (down), lo (127.0.0.1)}. */
    public String inWords() {
        List<String> words = new ArrayList<>();
        for (Interface each : interfaces) {
            String at = !each.up() ? "down"
                    : each.addresses().isEmpty() ? "no IPv4 address"
                    : String.join(", ", each.addresses().stream().map(InetAddress::getHostAddress).toList());
            words.add(each.name() + " (" + at + ")");
        }
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
