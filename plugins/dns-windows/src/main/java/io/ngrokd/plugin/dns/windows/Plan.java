package io.ngrokd.plugin.dns.windows;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which rules come and go.
 *
 * @param server the address of our DNS server
 * @param wanted the domains that have, or get, a rule of their own; each covers what is below it
 * @param failed the domains that cannot be routed, with the reason
 * @param add the domains that lack their rule
 * @param remove rules of ours that are not wanted as they are
 */
record Plan(String server, SortedSet<String> wanted, Map<String, StageFailure> failed, List<String> add, List<NrptRule> remove) {

    private static final Pattern DOMAIN = Pattern.compile("(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
            + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

    /**
     * @param domains what is to be routed to the server
     * @param rules what the table holds
     */
    static Plan of(SortedSet<String> domains, String server, List<NrptRule> rules) {
        Plan plan = new Plan(server, new TreeSet<>(), new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        Map<String, NrptRule> foreign = foreign(rules);
        // Wider ones first: what they cover needs no rule.
        domains.stream().sorted(Comparator.comparingLong((String domain) -> domain.chars().filter(each -> each == '.').count()))
                .forEach(domain -> plan.take(domain, foreign));
        List<String> missing = new ArrayList<>(plan.wanted);
        for (NrptRule rule : rules) {
            if (rule.isOurs() && !missing.removeIf(domain -> rule.namespaces().equals(NrptRule.namespacesOf(domain))
                    && rule.asksOnly(server))) {
                plan.remove.add(rule);
            }
        }
        plan.add.addAll(missing);
        return plan;
    }

    /** The rules of others, by the domains that they are about. */
    static Map<String, NrptRule> foreign(List<NrptRule> rules) {
        Map<String, NrptRule> foreign = new TreeMap<>();
        for (NrptRule rule : rules) {
            if (!rule.isOurs()) {
                rule.domains().forEach(domain -> foreign.put(domain, rule));
            }
        }
        return foreign;
    }

    boolean isEmpty() {
        return add.isEmpty() && remove.isEmpty();
    }

    /** As a person reads it. */
    List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        remove.forEach(rule -> changes.add(Change.remove(Change.SETTING, line(rule.namespaces(), rule.nameServers()))));
        add.forEach(domain -> changes.add(Change.add(Change.SETTING, line(NrptRule.namespacesOf(domain), List.of(server)))));
        failed.forEach((domain, failure) -> changes.add(Change.blocked(Change.SETTING,
                "NRPT rule " + domain.replaceAll("\\p{Cntrl}", "?"), failure.message())));
        return changes;
    }

    private static String line(Set<String> namespaces, List<String> servers) {
        return "NRPT rule " + String.join(", ", new TreeSet<>(namespaces)) + " -> " + String.join(", ", servers);
    }

    private void take(String domain, Map<String, NrptRule> foreign) {
        NrptRule other = foreign.get(domain);
        if (!DOMAIN.matcher(domain).matches()) {
            fail(domain, "'" + domain + "' is no domain that Windows can look up");
        } else if (other != null) {
            fail(domain, "the rule " + other.name() + (other.comment().isEmpty() ? "" : " (" + other.comment() + ")")
                    + " is for the same domain and not ngrokd's, so it stays as it is; Remove-DnsClientNrptRule takes it away");
        } else if (!covers(domain, foreign)) {
            wanted.add(domain);
        }
    }

    /** Of all domains above this one the nearest counts, as for Windows. */
    private boolean covers(String domain, Map<String, NrptRule> foreign) {
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String above = domain.substring(dot + 1);
            if (foreign.containsKey(above)) {
                return false;
            }
            if (wanted.contains(above)) {
                return true;
            }
        }
        return false;
    }

    private void fail(String domain, String reason) {
        failed.put(domain, new StageFailure(FailureCode.REFUSED, reason));
    }
}
