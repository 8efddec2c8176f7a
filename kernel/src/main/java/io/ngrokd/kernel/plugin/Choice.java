package io.ngrokd.kernel.plugin;

import io.ngrokd.api.spi.Availability;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which backend a role gets, and why. The one function that chooses, over what the backends answered and the config.
 *
 * @param role {@code netif}, {@code hosts} or a forwarding mode
 * @param candidates all backends of the role, best first
 * @param chosen the name of the one taken; empty when none can work
 * @param reason why this one, or why none
 */
public record Choice(String role, List<Candidate> candidates, Optional<String> chosen, String reason) {

    /** The order in which backends are taken. */
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::rank).reversed().thenComparing(Candidate::name);

    /** A backend that might be taken. */
    public record Candidate(String name, int rank, Availability availability) {}

    public Choice {
        candidates = List.copyOf(candidates);
    }

    /**
     * @param role for messages
     * @param configured the name that the user demands in {@code plugins.ROLE}
     */
    static Choice of(String role, List<Candidate> candidates, Optional<String> configured) {
        List<Candidate> ordered = candidates.stream().sorted(BEST_FIRST).toList();
        if (configured.isPresent()) {
            return demanded(role, ordered, configured.get());
        }
        return ordered.stream().filter(candidate -> candidate.availability().available()).findFirst()
                .map(best -> new Choice(role, ordered, Optional.of(best.name()), best.availability().reason()))
                .orElseGet(() -> new Choice(role, ordered, Optional.empty(), ordered.isEmpty()
                        ? "no plugin serves '" + role + "'; put one into the plugins folder"
                        : "no plugin for '" + role + "' can work here: " + reasons(ordered)));
    }

    private static Choice demanded(String role, List<Candidate> ordered, String name) {
        Optional<Candidate> found = ordered.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
        if (found.isEmpty()) {
            return new Choice(role, ordered, Optional.empty(), "plugins." + role + " names '" + name + "', which no plugin provides; there is "
                    + (ordered.isEmpty() ? "none" : String.join(", ", ordered.stream().map(Candidate::name).toList())));
        }
        Availability availability = found.get().availability();
        return availability.available()
                ? new Choice(role, ordered, Optional.of(name), "plugins." + role + " says so; " + availability.reason())
                : new Choice(role, ordered, Optional.empty(),
                        "plugins." + role + " names '" + name + "', which cannot work here: " + availability.reason());
    }

    private static String reasons(List<Candidate> ordered) {
        return String.join("; ", ordered.stream().map(candidate -> candidate.name() + ": " + candidate.availability().reason()).toList());
    }
}
