package io.ngrokd.plugin.dns.windows;

import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule of the table.
 *
 * @param name what identifies it, as a rule a GUID in braces
 * @param namespaces what it is about, in lower case: {@code .example.com} for all names below, {@code api.example.com} for that name alone
 * @param nameServers addresses of the DNS servers to ask; always on port 53
 * @param comment the administrator's note; ours is the mark
 */
record NrptRule(String name, Set<String> namespaces, List<String> nameServers, String comment) {

    /** The comment of every rule of ours, and of no other. */
    static final String MARK = "ngrokd";

    NrptRule {
        namespaces = Set.copyOf(namespaces);
        nameServers = List.copyOf(nameServers);
    }

    static NrptRule of(JsonObject json) {
        String name = json.getString("Name");
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a rule has no Name: " + json);
        }
        Set<String> namespaces = new TreeSet<>();
        Json.strings(json, "Namespace").forEach(each -> namespaces.add(each.toLowerCase(Locale.ROOT)));
        String comment = json.getString("Comment");
        return new NrptRule(name, namespaces, Json.strings(json, "NameServers"), comment == null ? "" : comment);
    }

    /**
     * What stands for a domain and all names below it. A name without a dot gets the suffix alone: as a namespace it would
     * stand for every name that <em>begins</em> with it.
     */
    static Set<String> namespacesOf(String domain) {
        return domain.indexOf('.') < 0 ? Set.of("." + domain) : Set.of("." + domain, domain);
    }

    /** Whether it has this server asked and no other, however Windows writes its address. */
    boolean asksOnly(String server) {
        try {
            return nameServers.size() == 1 && InetAddress.ofLiteral(nameServers.getFirst()).equals(InetAddress.ofLiteral(server));
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    boolean isOurs() {
        return comment.equals(MARK);
    }

    /** The domains that it is about; rules for the beginning of names, for networks and for everything are about none. */
    Set<String> domains() {
        Set<String> domains = new TreeSet<>();
        for (String namespace : namespaces) {
            String domain = namespace.startsWith(".") ? namespace.substring(1) : namespace;
            if (!domain.isEmpty() && (domain.length() < namespace.length() || domain.indexOf('.') >= 0)) {
                domains.add(domain);
            }
        }
        return domains;
    }
}
