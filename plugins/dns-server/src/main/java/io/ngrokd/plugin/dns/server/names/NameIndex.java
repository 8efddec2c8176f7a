package io.ngrokd.plugin.dns.server.names;

import io.ngrokd.plugin.dns.server.wire.NameBytes;
import io.ngrokd.plugin.dns.server.wire.Query;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Type;

/** All names of ours: a hash table over names and the names above them. Immutable, for any number of threads. */
public final class NameIndex {

    private final Node[] table;
    private final int mask;
    private final int mostLabels;

    private NameIndex(Collection<Node> nodes, int mostLabels) {
        table = new Node[Integer.highestOneBit(Math.max(4, nodes.size())) * 4];
        mask = table.length - 1;
        this.mostLabels = mostLabels;
        for (Node node : nodes) {
            int slot = slot(node.hash);
            while (table[slot] != null) {
                slot = slot + 1 & mask;
            }
            table[slot] = node;
        }
    }

    /**
     * @param names to addresses, as {@link io.ngrokd.api.event.DnsRequest} has them; those that are no names of DNS are left out, with a
     *     warning, for nobody can ask for them
     * @param zones domains that are wholly ours
     */
    public static NameIndex of(Map<String, List<InetAddress>> names, List<String> zones) {
        IndexBuilder builder = new IndexBuilder();
        names.forEach(builder::add);
        zones.forEach(builder::addZone);
        return new NameIndex(builder.nodes(), builder.mostLabels());
    }

    /** Looks the question's name up and has {@code match} say what was found. */
    public void find(Query query, Match match) {
        match.clear();
        int labels = query.labels();
        for (int label = Math.max(0, labels - mostLabels); label < labels; label++) {
            Node node = node(query, label);
            if (node == null) {
                continue;
            }
            if (label == 0) {
                match.self = node;
            } else if (match.wildcard == null && node.wildcard != null) {
                match.wildcard = node;
                match.wildcardAt = query.labelAt(label);
            }
            if (match.zoneAt < 0 && node.zone) {
                match.zoneAt = query.labelAt(label);
            }
        }
        match.decide(query.type() == Type.SOA || query.type() == Type.NS);
    }

    private Node node(Query query, int label) {
        int hash = query.hash(label);
        for (int slot = slot(hash); table[slot] != null; slot = slot + 1 & mask) {
            Node node = table[slot];
            if (node.hash == hash && node.hasName(query.name(), query.labelAt(label), query.nameLength())) {
                return node;
            }
        }
        return null;
    }

    private int slot(int hash) {
        int mixed = hash * 0x9e3779b9;
        return (mixed ^ mixed >>> 15) & mask;
    }

    static int hash(byte[] name) {
        int[] starts = new int[NameBytes.LONGEST];
        int labels = 0;
        for (int at = 0; name[at] != 0; at += name[at] + 1) {
            starts[labels++] = at;
        }
        int hash = 0;
        for (int label = labels - 1; label >= 0; label--) {
            hash = NameBytes.hash(hash, name, starts[label]);
        }
        return hash;
    }
}
