package io.ngrokd.kernel.plugin;

import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.BackendFactory;
import io.ngrokd.api.spi.PluginContext;
import java.util.ArrayList;
import java.util.List;
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
     * @param contexts makes the context of a factory by its name
     * @param configured the user's demand
     */
    public static <B, C extends PluginContext> Selected<B> select(
            String role, List<? extends BackendFactory<B, C>> factories, Function<String, C> contexts, Optional<String> configured) {
        List<Choice.Candidate> candidates = new ArrayList<>();
        for (BackendFactory<B, C> factory : factories) {
            candidates.add(new Choice.Candidate(factory.name(), factory.rank(), probe(factory, contexts)));
        }
        Choice choice = Choice.of(role, candidates, configured);
        for (Choice.Candidate candidate : choice.candidates()) {
            LOG.info("Backend looked at. role={} backend={} available={} because={}",
                    role, candidate.name(), candidate.availability().available(), candidate.availability().reason());
        }
        if (choice.chosen().isEmpty()) {
            LOG.error("No backend. role={} because={}", role, choice.reason());
            return new Selected<>(choice, role, Optional.empty());
        }
        String name = choice.chosen().get();
        BackendFactory<B, C> factory = factories.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
        LOG.info("Backend chosen. role={} backend={} because={}", role, name, choice.reason());
        return new Selected<>(choice, name, Optional.of(factory.create(contexts.apply(name))));
    }

    private static <B, C extends PluginContext> Availability probe(BackendFactory<B, C> factory, Function<String, C> contexts) {
        try {
            return factory.probe(contexts.apply(factory.name()));
        } catch (RuntimeException | LinkageError broken) {
            LOG.error("A plugin's probe failed. backend={}", factory.name(), broken);
            return Availability.no("its probe failed: " + broken);
        }
    }
}
