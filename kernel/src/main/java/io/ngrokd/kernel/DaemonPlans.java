package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.control.Actions.ActionException;
import io.ngrokd.kernel.plan.EndpointMove;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.SystemPlan;
import io.ngrokd.kernel.plan.SystemPlan.Subject;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.state.StateFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Says what a running daemon would change. Any thread that may block; one plan at a time. */
final class DaemonPlans implements DaemonUpkeep.Planning {

    private static final String SET_API_KEY = "ngrokctl set-api-key";
    /** Another account, another operator, other endpoints. */
    private static final Set<String> LISTING_KEYS = Set.of("api.url", "api.key", "bound_endpoints.selectors");

    private final Parts parts;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /**
     * What it needs.
     *
     * @param contexts as backends at work have them
     * @param moment how things are
     * @param connections how many an endpoint has now
     */
    record Parts(
            StageBus bus, PluginFolder plugins, Supplier<Contexts> contexts, StateFolder state, ConfigFile file, ConfigReader reader,
            Supplier<Optional<ControlLoop.Moment>> moment, Supplier<InForce> inForce, ToIntFunction<EndpointKey> connections) {}

    /**
     * The configuration.
     *
     * @param now in force
     * @param atStart when the daemon was started
     * @param runtimeKey an API key that a command gave and the file has not; empty when there is none
     */
    record InForce(Effective now, Effective atStart, String runtimeKey) {}

    DaemonPlans(Parts parts) {
        this.parts = parts;
    }

    @Override
    public SystemPlan plan(String text) throws ConfigException, ActionException {
        Effective read = text.isBlank() ? parts.file().load() : parts.reader().readAll(parts.file().path().toString(), text);
        oneAtATime.lock();
        try {
            InForce inForce = parts.inForce().get();
            Effective candidate = inForce.runtimeKey().isEmpty() ? read : read.withApiKey(inForce.runtimeKey(), SET_API_KEY);
            ControlLoop.Moment now = parts.moment().get().orElseThrow(() -> new ActionException("ngrokd has listed no endpoints yet,"
                    + " or is choosing its backends, so it cannot say what would change; ngrokctl status says what it waits for"));
            return plan(text.isBlank() ? Subject.FILE : Subject.CANDIDATE, candidate, inForce, now);
        } finally {
            oneAtATime.unlock();
        }
    }

    private SystemPlan plan(Subject subject, Effective candidate, InForce inForce, ControlLoop.Moment now) {
        DaemonConfig config = candidate.config();
        Collection<Endpoint> endpoints = now.snapshot().endpoints().values();
        Planner planner = planner(config, Optional.of(now), parts.bus(), parts.plugins(), parts.contexts().get(), parts.state()::file);
        List<Section> sections = planner.plan(endpoints);
        List<EndpointMove> moves = EndpointMove.between(
                now.stages().desired(), planner.desired(), planner.addressesMadeAnew(), parts.connections());
        List<String> changed = candidate.changedFrom(inForce.now());
        List<String> notes = new ArrayList<>();
        if (changed.stream().anyMatch(LISTING_KEYS::contains)) {
            notes.add("ngrok may list other endpoints with these keys; the plan is for those that it lists now");
        }
        return new SystemPlan(subject, parts.file().path().toString(), changed, candidate.awaitingRestart(inForce.atStart()),
                config.server().drainTimeout().toSeconds() + " s", notes, sections, moves);
    }

    /** Where a file of the state folder is. */
    interface StateFiles {
        Path file(String name);
    }

    /** One for a plan of this configuration. */
    static Planner planner(DaemonConfig config, Optional<ControlLoop.Moment> now, StageBus bus, PluginFolder plugins, Contexts contexts,
            StateFiles state) {
        PlanRoles roles = new PlanRoles(bus, plugins, contexts.lookingOnly(config.net()), config, now);
        return new Planner(config, now, roles, Allocator.dry(state.file("ip_mappings.json"), state.file("network_ports.json")));
    }
}
