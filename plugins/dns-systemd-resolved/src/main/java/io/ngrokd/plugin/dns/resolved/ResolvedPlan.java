package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What {@link SystemdResolved} would change; asks resolved, and tells it nothing. */
final class ResolvedPlan {

    private final ResolvedJournal journal;
    private final Resolvectl resolvectl;
    private final Links links;
    private final OwnLink ownLink;

    ResolvedPlan(ResolvedJournal journal, Resolvectl resolvectl, Links links, OwnLink ownLink) {
        this.journal = journal;
        this.resolvectl = resolvectl;
        this.links = links;
        this.ownLink = ownLink;
    }

    /** @param but an interface that keeps what is ours; empty when none does */
    List<Change> going(Optional<String> but) throws StageException {
        List<Change> changes = new ArrayList<>();
        for (String link : journal.routing()) {
            if (!but.equals(Optional.of(link)) && links.exists(link) && resolvectl.isInstalled()) {
                settings(link, resolvectl.read(link)).forEach(line -> changes.add(Change.remove(Change.SETTING, line)));
            }
        }
        if (!but.equals(Optional.of(OwnLink.NAME))) {
            journal.links().stream().filter(links::exists).forEach(link -> changes.add(Change.remove(Change.INTERFACE, link + " (dummy)")));
        }
        return changes;
    }

    /**
     * @param link the interface that would bear the settings
     * @param named what stands there when it is the one that the request names; empty when it is one of our own making
     */
    List<Change> coming(String link, Optional<LinkSettings> named, LinkSettings wanted) throws StageException {
        List<Change> changes = new ArrayList<>(going(Optional.of(link)));
        LinkSettings now = new LinkSettings(List.of(), Set.of(), false);
        if (named.isPresent()) {
            now = named.get();
        } else if (links.exists(link)) {
            ownLink.requireOurs();
            now = resolvectl.read(link);
            links.obstacle(link).ifPresent(why -> changes.add(Change.change(Change.INTERFACE, link + " is set up again").noted(why)));
        } else {
            changes.add(Change.add(Change.INTERFACE, link + " (dummy)").noted("systemd-resolved ties routing to an interface"));
        }
        List<String> before = settings(link, now);
        List<String> after = settings(link, wanted);
        before.stream().filter(line -> !after.contains(line)).forEach(line -> changes.add(Change.remove(Change.SETTING, line)));
        after.stream().filter(line -> !before.contains(line)).forEach(line -> changes.add(Change.add(Change.SETTING, line)));
        if (now.defaultRoute()) {
            changes.add(Change.change(Change.SETTING, "resolvectl default-route " + link + " no"));
        }
        return changes;
    }

    /** As one would tell resolved. */
    private static List<String> settings(String link, LinkSettings settings) {
        List<String> lines = new ArrayList<>();
        settings.servers().forEach(server -> lines.add("resolvectl dns " + link + " " + ServerText.write(server)));
        new TreeSet<>(settings.domains()).forEach(domain -> lines.add("resolvectl domain " + link + " " + domain));
        return lines;
    }
}
