package io.ngrokd.plugin.dns.macos;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which domains need a file of their own, and which cannot have one.
 *
 * @param files the domains to write files for; each covers what is below it
 * @param failed the domains that cannot be routed, with the reason
 */
record Routing(SortedSet<String> files, Map<String, StageFailure> failed) {

    private static final Pattern DOMAIN = Pattern.compile("(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
            + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*");

    /**
     * @param domains what is to be routed to us
     * @param foreign the files of others, by their domain
     */
    static Routing of(SortedSet<String> domains, Map<String, Path> foreign) {
        Routing routing = new Routing(new TreeSet<>(), new TreeMap<>());
        // Wider ones first: what they cover needs no file.
        List<String> byWidth = domains.stream()
                .sorted(Comparator.comparingLong((String domain) -> domain.chars().filter(each -> each == '.').count())).toList();
        for (String domain : byWidth) {
            if (!DOMAIN.matcher(domain).matches()) {
                routing.fail(domain, "'" + domain + "' is no domain that macOS can look up");
            } else if (domain.equals("local")) {
                routing.fail(domain, "macOS keeps the domain 'local' for Bonjour; give the endpoint another name");
            } else if (foreign.containsKey(domain)) {
                Path file = foreign.get(domain);
                routing.fail(domain, file
                        + " is for the same domain and not ngrokd's, so it stays as it is; remove it and ngrokd takes its place");
            } else if (!routing.covers(domain, foreign)) {
                routing.files.add(domain);
            }
        }
        return routing;
    }

    /** Of all domains above this one the nearest counts, as for macOS. */
    private boolean covers(String domain, Map<String, Path> foreign) {
        for (int dot = domain.indexOf('.'); dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            String above = domain.substring(dot + 1);
            if (foreign.containsKey(above)) {
                return false;
            }
            if (files.contains(above)) {
                return true;
            }
        }
        return false;
    }

    private void fail(String domain, String reason) {
        failed.put(domain, new StageFailure(FailureCode.REFUSED, reason));
    }
}
