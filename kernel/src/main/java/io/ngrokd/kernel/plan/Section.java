package io.ngrokd.kernel.plan;

import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.Change.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one backend would change.
 *
 * @param role whose work it is
 * @param backend its name; empty when the role has none
 * @param goes whether it is at work now and would be undone, for another one to take its place
 * @param estimated whether the backend cannot say, so that this is the kernel's own estimate: what is wanted otherwise than before
 * @param problem why it could do nothing at all; empty when it could
 * @param note what a person should know besides; empty when there is nothing
 */
public record Section(
        Role role, String backend, boolean goes, boolean estimated, List<Change> changes, Optional<String> problem, Optional<String> note) {

    /** The roles, in the order in which people read of them. */
    public enum Role {
        DAEMON("daemon", "ngrokd itself"),
        NETIF("netif", "addresses"),
        FORWARD("forward", "listeners"),
        HOSTS("hosts", "hosts file"),
        DNS_SERVER("dns_server", "DNS server"),
        DNS("dns", "resolver of this machine");

        private final String word;
        private final String title;

        Role(String word, String title) {
            this.word = word;
            this.title = title;
        }

        /** For programs; as {@code plugins} in the config calls it, where it does. */
        public String word() {
            return word;
        }

        /** For people. */
        public String title() {
            return title;
        }
    }

    public Section {
        changes = List.copyOf(changes);
    }

    /** One without a note. */
    public static Section of(Role role, String backend, List<Change> changes) {
        return new Section(role, backend, false, false, changes, Optional.empty(), Optional.empty());
    }

    /** The same of a backend that goes. */
    public Section going() {
        return new Section(role, backend, true, estimated, changes, problem, note);
    }

    /** The same as an estimate of the kernel's. */
    public Section estimate() {
        return new Section(role, backend, goes, true, changes, problem, note);
    }

    /** The same with something to know. */
    public Section noted(String more) {
        return new Section(role, backend, goes, estimated, changes, problem, Optional.of(note.map(first -> first + "; " + more).orElse(more)));
    }

    /** The same, when it can do nothing. */
    public Section failing(String why) {
        return new Section(role, backend, goes, estimated, changes, Optional.of(why), note);
    }

    /** The same with fewer changes. */
    public Section with(List<Change> others) {
        return new Section(role, backend, goes, estimated, others, problem, note);
    }

    /** Whether anything on the machine would be another thing. */
    public boolean changesSomething() {
        return changes.stream().anyMatch(change -> change.action() != Action.BLOCKED);
    }

    /** The addresses, or places to listen at, that cannot be had. */
    public Set<String> blocked(String kind) {
        Set<String> blocked = new HashSet<>();
        changes.stream().filter(change -> change.action() == Action.BLOCKED && change.kind().equals(kind))
                .forEach(change -> blocked.add(change.line()));
        return blocked;
    }

    /**
     * Leaves out what goes with one and comes with the other: it is there before and after.
     *
     * @return the one that goes, the one that comes
     */
    public static List<Section> withoutTheSame(Section going, Section coming) {
        Set<List<String>> gone = lines(going, Action.REMOVE);
        Set<List<String>> come = lines(coming, Action.ADD);
        return List.of(
                going.with(going.changes().stream()
                        .filter(change -> change.action() != Action.REMOVE || !come.contains(key(change))).toList()),
                coming.with(coming.changes().stream()
                        .filter(change -> change.action() != Action.ADD || !gone.contains(key(change))).toList()));
    }

    private static Set<List<String>> lines(Section section, Action action) {
        Set<List<String>> lines = new HashSet<>();
        section.changes().stream().filter(change -> change.action() == action).forEach(change -> lines.add(key(change)));
        return lines;
    }

    private static List<String> key(Change change) {
        return List.of(change.kind(), change.line());
    }
}
