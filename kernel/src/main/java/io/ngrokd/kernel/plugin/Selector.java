package io.ngrokd.kernel.plugin;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.BackendFactory;
import io.ngrokd.api.spi.PluginContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the factories of a role what they can do here, chooses one, makes its backend, and logs the facts. */
public final class Selector {

    private static final Logger LOG = LoggerFactory.getLogger(Selector.class);

    private Selector() {}

    /**
     * A chosen backend.
     *
     * @param choice why
     * @param name the factory's name; the choice's role when there is no backend
     * @param backend empty when none can work
     */
    public record Selected<B>(Choice choice, String name, Optional<B> backend) {}

    /**
     * A backend that was asked whether it can work here.
     *
     * @param backend empty when it cannot
     */
    public record Asked<B>(Choice.Candidate candidate, Optional<B> backend) {}

    /**
     * @param contexts makes the context of a factory by its name
     * @param configured the user's demand
     */
    public static <B, C extends PluginContext> Selected<B> select(
            String role, List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts, Optional<String> configured) {
        Selected<B> selected = choose(role, askAll(role, factories, contexts), configured);
        if (selected.backend().isEmpty()) {
            LOG.error("No backend. role={} because={}", role, selected.choice().reason());
        } else {
            LOG.info("Backend chosen. role={} backend={} because={}", role, selected.name(), selected.choice().reason());
        }
        return selected;
    }

    /** Chooses, and tells nobody: for a plan. */
    public static <B, C extends PluginContext> Selected<B> tryOut(
            String role, List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts, Optional<String> configured) {
        return choose(role, lookAll(factories, contexts), configured);
    }

    /**
     * Asks all backends of a role, and tells nobody: for a plan.
     *
     * @return best first
     */
    public static <B, C extends PluginContext> List<Asked<B>> lookAll(
            List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts) {
        List<Asked<B>> all = new ArrayList<>();
        for (BackendFactory<B, C> factory : factories) {
            all.add(ask(factory, contexts));
        }
        all.sort(Comparator.comparing(Asked::candidate, Choice.BEST_FIRST));
        return all;
    }

    private static <B> Selected<B> choose(String role, List<Asked<B>> all, Optional<String> configured) {
        Map<String, B> made = new HashMap<>();
        List<Choice.Candidate> candidates = new ArrayList<>();
        for (Asked<B> asked : all) {
            candidates.add(asked.candidate());
            asked.backend().ifPresent(backend -> made.put(asked.candidate().name(), backend));
        }
        Choice choice = Choice.of(role, candidates, configured);
        return choice.chosen().map(name -> new Selected<>(choice, name, Optional.of(made.get(name))))
                .orElseGet(() -> new Selected<>(choice, role, Optional.empty()));
    }

    /**
     * Asks all backends of a role.
     *
     * @param contexts makes the context of a factory by its name
     * @return best first
     */
    public static <B, C extends PluginContext> List<Asked<B>> askAll(
            String role, List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts) {
        List<Asked<B>> all = lookAll(factories, contexts);
        for (Asked<B> asked : all) {
            LOG.info("Backend looked at. role={} backend={} available={} because={}", role, asked.candidate().name(),
                    asked.candidate().availability().available(), asked.candidate().availability().reason());
        }
        return all;
    }

    /** Asks and makes in one go, since a backend changes nothing before its first request: one that cannot be made cannot work here. */
    private static <B, C extends PluginContext> Asked<B> ask(BackendFactory<B, C> factory, Function<String, C> contexts) {
        String name = factory.getClass().getName();
        try {
            name = Objects.requireNonNull(factory.name(), "its name");
            C context = contexts.apply(name);
            Availability availability = Objects.requireNonNull(factory.probe(context), "its availability");
            Optional<B> made = availability.available()
                    ? Optional.of(Objects.requireNonNull(factory.create(context), "its backend")) : Optional.empty();
            return new Asked<>(new Choice.Candidate(name, factory.rank(), availability), made);
        } catch (RuntimeException | LinkageError | StackOverflowError broken) {
            LOG.error("A plugin failed while it was asked whether it can work here. backend={}", name, broken);
            return new Asked<>(new Choice.Candidate(name, Integer.MIN_VALUE, Availability.no("it failed when asked: " + broken)), Optional.empty());
        }
    }
}
