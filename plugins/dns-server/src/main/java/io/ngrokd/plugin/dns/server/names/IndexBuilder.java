package io.ngrokd.plugin.dns.server.names;

import io.ngrokd.plugin.dns.server.wire.NameBytes;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.ReverseMap;

/** Gathers what is known of every name, and the names above. */
final class IndexBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(IndexBuilder.class);
    /** An address that many hosts share is none of them: an answer must stay small. */
    private static final int MOST_POINTERS = 8;

    private final Map<String, Node> nodes = new HashMap<>();
    private int mostLabels;

    Collection<Node> nodes() {
        return nodes.values();
    }

    /** How many labels the longest name has. */
    int mostLabels() {
        return mostLabels;
    }

    void add(String name, List<InetAddress> addresses) {
        boolean isWildcard = name.startsWith("*.");
        Node node = node(isWildcard ? name.substring(2) : name);
        if (node == null) {
            return;
        }
        if (isWildcard) {
            node.wildcard = Node.raw(addresses);
        } else {
            node.exact = Node.raw(addresses);
            addresses.stream().filter(address -> !address.isAnyLocalAddress()).forEach(address -> addPointer(address, node.name));
        }
    }

    void addZone(String zone) {
        Node node = node(zone);
        if (node != null) {
            node.zone = true;
        }
    }

    private void addPointer(InetAddress address, byte[] host) {
        Node reverse = node(ReverseMap.fromAddress(address).toString(true));
        if (reverse != null && reverse.pointers.length < MOST_POINTERS) {
            reverse.pointers = Arrays.copyOf(reverse.pointers, reverse.pointers.length + 1);
            reverse.pointers[reverse.pointers.length - 1] = host;
        }
    }

    /** The node of this name, with those of all names above it; null when it is no name. */
    private Node node(String name) {
        Node known = nodes.get(name);
        if (known != null) {
            return known;
        }
        Optional<byte[]> bytes = NameBytes.of(name);
        if (bytes.isEmpty()) {
            LOG.warn("Not a name that DNS can hold, nobody can ask for it name={}", name);
            return null;
        }
        mostLabels = Math.max(mostLabels, name.split("[.]").length);
        Node added = new Node(bytes.get(), NameIndex.hash(bytes.get()));
        nodes.put(name, added);
        int dot = name.indexOf('.');
        if (dot >= 0) {
            node(name.substring(dot + 1));
        }
        return added;
    }
}
