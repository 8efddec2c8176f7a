package io.ngrokd.kernel;

import io.ngrokd.api.event.BusAddress;
import io.ngrokd.kernel.allocate.AddressLeases;
import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.allocate.PortLeases;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.control.About;
import io.ngrokd.kernel.control.Actions;
import io.ngrokd.kernel.control.ControlSocket;
import io.ngrokd.kernel.control.Documents;
import io.ngrokd.kernel.control.Events;
import io.ngrokd.kernel.data.ingress.TlsEngine;
import io.ngrokd.kernel.discovery.KnownEndpoints;
import io.ngrokd.kernel.discovery.NgrokListing;
import io.ngrokd.kernel.doctor.Doctor;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.identity.IdentityStore;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.ApiTransport;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.stage.Pipeline;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.state.FileJournal;
import io.ngrokd.kernel.state.StateException;
import io.ngrokd.kernel.state.StateFolder;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import io.ngrokd.kernel.status.StatusBoard;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running daemon. Wires everything together, in order; stopping undoes it in the opposite order. */
final class Daemon implements Actions {

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);
    private static final Duration STAGE_LIMIT = Duration.ofSeconds(20);
    private static final Duration CONFIG_SCAN = Duration.ofSeconds(2);
    private static final Set<String> NETIF_KEYS = Set.of("net.interface_name", "net.subnet", "plugins.netif");
    private static final String HOSTS_KEY = "plugins.hosts";
    private static final Set<String> DNS_KEYS = Set.of("plugins.dns_server", "plugins.dns");
    private static final String LOG_LEVEL_KEY = "server.log_level";
    private static final String SET_API_KEY = "ngrokctl set-api-key";
    private static final Duration LAST_REQUESTS = Duration.ofMillis(500);
    /** For connections to be gone once they are cut. */
    private static final Duration CUTTING = Duration.ofMillis(500);

    private final Installation installation;
    private final LogLevel logLevel;
    private final Deque<Step> undo = new ArrayDeque<>();
    private final Vertx vertx;
    private final ConfigReader reader;
    private final ConfigFile file;

    private volatile Effective effective;
    private volatile DaemonConfig config;
    private Effective atStart;
    private volatile String runtimeKey = "";
    private volatile Reloader reloader;
    private volatile DataPlaneBridge bridge;
    private volatile boolean draining;
    private volatile boolean hurried;
    private StatusBoard board;
    private ConfigWarnings warnings;
    private Ways ways;
    private ClockComparison clocks;
    private final List<ApiTransport> transports = new ArrayList<>();
    private ControlLoop control;
    private IdentityKeeper keeper;
    private RenewalLoop renewal;
    private DiscoveryLoop discovery;

    private interface Step {
        void run() throws Exception;
    }

    /**
     * @param verbose log at debug, whatever the config says
     */
    Daemon(Path configPath, boolean verbose, Installation installation) {
        this.installation = installation;
        this.logLevel = new LogLevel(verbose);
        this.vertx = Transports.vertx();
        this.reader = new ConfigReader(installation.environment());
        this.file = new ConfigFile(vertx, configPath, reader, CONFIG_SCAN);
        undo.push(() -> vertx.close().await(1, TimeUnit.SECONDS));
        undo.push(file::close);
    }

    /** Starts everything; when that fails, what had been started is stopped again. */
    void start() throws ConfigException, StateException, IOException {
        try {
            startInOrder();
        } catch (ConfigException | StateException | IOException | RuntimeException | LinkageError failed) {
            stop();
            throw failed;
        }
    }

    private void startInOrder() throws ConfigException, StateException, IOException {
        // Loading it takes a while, and nobody needs it before there are credentials.
        Thread.ofPlatform().daemon().name("tls-engine").start(TlsEngine::chosen);
        effective = file.loadOrDefaults();
        config = effective.config();
        atStart = effective;
        logLevel.follow(effective);
        LogTail log = LogTail.begin();
        undo.push(log::end);
        LOG.info("ngrokd starts. version={} pid={} config={} state={}",
                Version.current(), ProcessHandle.current().pid(), file.path(), config.server().stateFolder());

        StateFolder state = StateFolder.open(config.server().stateFolder());
        undo.push(state::close);
        FileJournal journal = FileJournal.open(state.file("journal.json"));
        StageBus bus = new StageBus(vertx, STAGE_LIMIT);
        Events events = new Events(Clock.systemUTC());
        board = new StatusBoard(Clock.systemUTC(), event -> {
            bus.publish(BusAddress.EVENT_ENDPOINT, event);
            events.endpoint(event);
        }, events::daemon);
        warnings = new ConfigWarnings(board);
        warnings.ofEnvironment(effective);
        bridge = new DataPlaneBridge(vertx);
        bridge.use(config);
        undo.push(bridge::close);
        clocks = new ClockComparison(board, Clock.systemUTC());
        ways = new Ways(board);
        ways.announce(config);

        PluginFolder plugins = PluginFolder.load(installation.plugins(), Version.current());
        undo.push(plugins::close);
        if (!Leftovers.undo(plugins, contexts(journal, bridge))) {
            board.warn("leftovers", "what an earlier run left could not all be undone; see the log, then run: ngrokd cleanup");
        }

        About about = new About(Version.current(), ProcessHandle.current().pid(), Instant.now(), file.path().toString(),
                config.server().socketPath().toString(), Transports.describe(vertx));
        HealthPages health = new HealthPages(board);
        Documents documents = new Documents(about, board::read, bridge::traffic, () -> config.api().url().toString(), health::address);
        PluginSwitch pluginSwitch = new PluginSwitch(plugins, state.file("disabled_plugins"), deed -> control.withoutBackends(deed));
        pluginSwitch.restore();
        Doctor doctor = new Doctor(new DoctorTools(vertx, file, reader, () -> config, board, api(() -> keeper.access()), ways, bridge,
                () -> Optional.ofNullable(control).flatMap(ControlLoop::backends)), board::read);
        ControlServices services = new ControlServices(vertx, documents, this,
                new DaemonUpkeep(file.path(), reader, () -> effective, logLevel, board,
                        () -> reload(Reloader.Cause.COMMAND), () -> discovery.pollNow(), new DaemonPlans(plannedWith(bus, plugins, journal, state))),
                pluginSwitch, doctor, events, log, new DaemonInspection(about, installation.environment(), () -> config));
        // Beside the rest, but up before anybody can see that endpoints are.
        health.begin(services, config.server().healthAddress(), state.file("control.token"));
        undo.push(health::stop);
        Pipeline pipeline = new Pipeline(bus, bridge, () -> config.server().drainTimeout());
        control = new ControlLoop(config, () -> Backends.start(plugins, () -> contexts(journal, bridge), config.plugins(), bus, board),
                pipeline, new Allocator(new AddressLeases(state.file("ip_mappings.json")), new PortLeases(state.file("network_ports.json"))),
                board);
        LanWatch lanWatch = new LanWatch(control::network, new ClockWatch(Clock.systemUTC(), System::nanoTime), control::networkChanged);

        String machine = installation.machineNames().stream().findFirst().orElse("unknown");
        keeper = new IdentityKeeper(config, this::api,
                new IdentityStore(state.file("operator_id"), config.server().clientCert(), config.server().clientKey()), board, machine,
                (identity, ingress) -> bridge.use(identity, ingress, ways.ingress(config), config.proxy()));
        renewal = new RenewalLoop(keeper, board, Clock.systemUTC());
        discovery = new DiscoveryLoop(
                config, keeper, new NgrokListing(api(keeper::access)), new KnownEndpoints(state.file("endpoints.json")), board,
                installation.machineNames(), control::offer);
        ControlSocket socket = services.socket(config.server().socketPath());
        undo.push(socket::stop);

        health.await();
        control.start();
        lanWatch.start();
        renewal.start();
        discovery.start();
        undo.push(() -> renewal.join(LAST_REQUESTS));
        undo.push(() -> discovery.join(LAST_REQUESTS));
        undo.push(() -> control.stop(this::drain));
        undo.push(lanWatch::stop);
        undo.push(discovery::stop);
        undo.push(renewal::stop);
        reloader = new Reloader(vertx, file, board, CONFIG_SCAN, this::reconfigure, events::daemon);
        reloader.start(effective);
    }

    private NgrokApi api(Supplier<ApiAccess> access) {
        ApiTransport transport = new ApiTransport(vertx, access, () -> ways.api(config), "ngrokd-java/" + Version.current());
        transport.onTime(clocks::compare);
        transports.add(transport);
        undo.push(transport::close);
        return new NgrokApi(transport);
    }

    /** Lets connections end, while their addresses still exist and nothing listens any more. */
    private void drain() {
        // Before the look at the hurry, which looks at this in turn: one of the two sees the other.
        draining = true;
        Duration limit = hurried ? Duration.ZERO : config.server().drainTimeout();
        int open = bridge.dataPlane().openConnections();
        if (open > 0) {
            LOG.info(limit.isZero() ? "Connections are cut. connections={}"
                    : "Connections may end by themselves; a second SIGTERM cuts them at once. connections={} limit={}", open, limit);
        }
        try {
            bridge.dataPlane().shutDown(limit).await(limit.plus(CUTTING).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException someStay) {
            LOG.debug("Some connections did not end in time and are cut with the process.");
        } finally {
            draining = false;
        }
    }

    /** Whether the daemon waits for connections to end, which takes {@code server.drain_timeout} at most. */
    boolean isDraining() {
        return draining;
    }

    /** Has a stop, now or later, wait for no connection. Safe to call from any thread. */
    void hurry() {
        hurried = true;
        DataPlaneBridge atWork = bridge;
        if (atWork != null && draining) {
            LOG.info("Connections are cut.");
            atWork.dataPlane().drainAll(Duration.ZERO);
        }
    }

    private Contexts contexts(FileJournal journal, DataPlaneBridge bridge) {
        return new Contexts(vertx, journal, config.net(), installation.hostsFile(), installation.systemRoot(), bridge.dataPlane(),
                () -> config.net().startPort());
    }

    private DaemonPlans.Parts plannedWith(StageBus bus, PluginFolder plugins, FileJournal journal, StateFolder state) {
        return new DaemonPlans.Parts(bus, plugins, () -> contexts(journal, bridge), state, file,
                reader, () -> control.moment(), () -> new DaemonPlans.InForce(effective, atStart, runtimeKey),
                bridge::connections);
    }

    /** Reads the config file now. */
    void reload(Reloader.Cause cause) {
        Reloader ready = reloader;
        if (ready != null) {
            ready.reload(cause);
        }
    }

    private synchronized List<String> reconfigure(Effective fromFile) {
        Effective now = runtimeKey.isEmpty() ? fromFile : fromFile.withApiKey(runtimeKey, SET_API_KEY);
        List<String> keys = now.changedFrom(effective);
        DaemonConfig before = config;
        effective = now;
        if (keys.isEmpty()) {
            ways.announce(before);
            return keys;
        }
        DaemonConfig changed = now.config();
        config = changed;
        if (keys.contains(LOG_LEVEL_KEY)) {
            logLevel.follow(now);
        }
        warnings.ofRestart(now.awaitingRestart(atStart));
        bridge.use(changed);
        ways.announce(changed);
        transports.forEach(ApiTransport::reload);
        control.reconfigure(changed, keys.stream().anyMatch(NETIF_KEYS::contains), keys.contains(HOSTS_KEY),
                keys.stream().anyMatch(DNS_KEYS::contains));
        use(changed);
        LOG.info("Config reloaded. config={} changed={}", file.path(), String.join(",", keys));
        return keys;
    }

    private void use(DaemonConfig changed) {
        boolean otherKey = !keeper.access().equals(new ApiAccess(changed.api().url(), changed.api().key()));
        keeper.reconfigure(changed);
        discovery.reconfigure(changed);
        if (otherKey) {
            renewal.tryNow();
        }
    }

    @Override
    public String setApiKey(String key) throws ActionException {
        if (key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new ActionException("an API key has no spaces and only ASCII characters; copy it again from ngrok's dashboard");
        }
        IdentityKeeper.KeyTrial trial;
        try {
            trial = keeper.tryKey(key);
        } catch (ApiException refused) {
            throw new ActionException("the key was not taken: " + refused.getMessage());
        } catch (IdentityException unusable) {
            throw new ActionException(unusable.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ActionException("ngrokd is stopping");
        } finally {
            discovery.pollNow();
        }
        String message = trial.message() + keep(key);
        renewal.tryNow();
        if (!trial.registered()) {
            throw new ActionException(message);
        }
        return message;
    }

    @Override
    public Refreshed refreshCertificate(boolean force) throws ActionException {
        try {
            return renewal.refresh(force);
        } catch (ApiException refused) {
            throw new ActionException("the certificate was not renewed: " + refused.messageWithAdvice());
        } catch (IdentityException unusable) {
            throw new ActionException("the certificate was not renewed: " + unusable.getMessage());
        }
    }

    private synchronized String keep(String key) {
        runtimeKey = key;
        effective = effective.withApiKey(key, SET_API_KEY);
        config = effective.config();
        use(config);
        try {
            file.setApiKey(key);
            Effective kept = file.load();
            if (kept.config().api().key().equals(key)) {
                runtimeKey = "";
                return "";
            }
            return " (the environment sets another one, which counts again after a restart)";
        } catch (IOException | ConfigException notKept) {
            LOG.warn("The API key could not be kept in the config file. config={} cause={}", file.path(), notKept.toString());
            return " (it could not be kept in " + file.path() + " and is lost at the next restart: " + notKept.getMessage() + ")";
        }
    }

    /** Undoes everything, in the opposite order of starting. */
    synchronized void stop() {
        if (board != null) {
            board.phase(Phase.STOPPING);
        }
        while (!undo.isEmpty()) {
            try {
                undo.pop().run();
            } catch (Exception failed) {
                LOG.warn("A part did not stop cleanly. cause={}", failed.toString());
            }
        }
    }
}
