package io.ngrokd.kernel;

import io.ngrokd.api.event.Change;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.plan.EndpointMove;
import io.ngrokd.kernel.plan.PlanText;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.SystemPlan;
import io.ngrokd.kernel.plan.SystemPlan.Subject;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.state.FileJournal;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ngrokd plan}: what a start would change on this machine. Looks at files, interfaces and sockets, and changes none. */
@Command(name = "plan", description = {"Show as a diff what a start would change on this system, and change nothing.",
    "It goes by the endpoints that the last run saw, else by what ngrok lists now."}, sortOptions = false)
final class PlanCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SHAPE = 1;

    @ParentCommand
    private Main parent;

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    @Option(names = "--exit-code", description = "Exit with 1 when something would change; without it with 0.")
    private boolean exitCode;

    @Override
    public Integer call() {
        if (parent.isConfigMissing()) {
            return Main.complain("there is no config file " + parent.configPath());
        }
        // What is worth a line is in the plan.
        new LogLevel(false).use("error", "");
        Installation installation = Installation.current();
        ConfigReader reader = new ConfigReader(installation.environment());
        Path file = parent.configPath();
        Effective effective;
        try {
            effective = Files.exists(file) ? ConfigFile.check(file, reader) : reader.readAll(file.toString(), "");
        } catch (ConfigException problems) {
            System.err.println(problems.getMessage());
            return 1;
        }
        Path socket = effective.config().server().socketPath();
        if (isAnswered(socket)) {
            return Main.complain("a daemon runs already, at " + socket + "; ask it with: ngrokctl plan");
        }
        Vertx vertx = Transports.vertx();
        try {
            SystemPlan plan = plan(vertx, installation, effective.config());
            print(plan);
            return exitCode && plan.changesSomething() ? 1 : 0;
        } catch (IOException unreadable) {
            return Main.complain(unreadable.getMessage());
        } finally {
            vertx.close();
        }
    }

    private SystemPlan plan(Vertx vertx, Installation installation, DaemonConfig config) throws IOException {
        Path state = config.server().stateFolder();
        EndpointsForPlan known = EndpointsForPlan.find(vertx, config, installation.machineNames());
        List<String> notes = new ArrayList<>(known.notes());
        List<Section> sections = new ArrayList<>(List.of(ownDoors(config)));
        List<EndpointMove> moves = List.of();
        if (known.endpoints().isPresent()) {
            try (PluginFolder plugins = PluginFolder.load(installation.plugins(), Version.current())) {
                plugins.disable(disabled(state.resolve("disabled_plugins")));
                Contexts contexts = new Contexts(vertx, FileJournal.look(state.resolve("journal.json")), config.net(), installation.hostsFile(),
                        installation.systemRoot(), (connection, listener) -> connection.close(), () -> config.net().startPort());
                Planner planner = DaemonPlans.planner(config, Optional.empty(), new StageBus(vertx, LIMIT), plugins, contexts, state::resolve);
                sections.addAll(planner.plan(known.endpoints().get()));
                moves = EndpointMove.between(Desired.nothing(), planner.desired(), false, endpoint -> 0);
            }
        }
        return new SystemPlan(Subject.START, parent.configPath().toString(), List.of(), List.of(),
                config.server().drainTimeout().toSeconds() + " s", notes, sections, moves);
    }

    /** What a start opens in any case, for ngrokctl and for probes of health. */
    private static Section ownDoors(DaemonConfig config) {
        return Section.of(Section.Role.DAEMON, "", List.of(
                Change.add("socket", config.server().socketPath().toString()),
                Change.add(Change.LISTENER, config.server().healthAddress().toString())));
    }

    private void print(SystemPlan plan) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        if (json) {
            out.println(plan.json().put("schema", SHAPE).toPrettyString());
        } else {
            PlanText.lines(plan).forEach(out::println);
        }
    }

    private static Set<String> disabled(Path memory) throws IOException {
        return Files.exists(memory) ? Files.readAllLines(memory).stream().map(String::strip).filter(line -> !line.isEmpty())
                .collect(Collectors.toSet()) : Set.of();
    }

    private static boolean isAnswered(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | RuntimeException nobody) {
            return false;
        }
    }
}
