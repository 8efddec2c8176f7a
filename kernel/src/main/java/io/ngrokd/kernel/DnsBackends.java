package io.ngrokd.kernel;

import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.api.spi.DnsServerFactory;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.DnsStrategyFactory;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.plugin.Choice;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.plugin.Selector;
import io.ngrokd.kernel.plugin.Selector.Asked;
import io.ngrokd.kernel.plugin.Selector.Selected;
import io.ngrokd.kernel.stage.Lookup;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.stage.StageBus.Served;
import io.ngrokd.kernel.stage.StrategyChain;
import io.ngrokd.kernel.stage.StrategyChain.Strategy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DNS server, and the strategies that have this machine's resolver ask it. Not safe for use by several threads, but for undoing. */
final class DnsBackends {

    private static final Logger LOG = LoggerFactory.getLogger(DnsBackends.class);
    private static final Duration UPSTREAMS_LIMIT = Duration.ofSeconds(3);
    private static final Duration UPSTREAMS_LAST = Duration.ofSeconds(25);
    private static final Duration FRESH = Duration.ofSeconds(10);
    private static final String NOBODY = "none";

    private final PluginFolder plugins;
    private final Contexts contexts;
    private final Optional<String> demanded;
    private final Selected<DnsServer> server;
    private final Optional<Served> served;
    private final StrategyChain chain;

    private List<Asked<DnsStrategy>> strategies = List.of();
    private List<InetSocketAddress> upstreams = List.of();
    private long askedAt;
    private long upstreamsAt;
    private boolean upstreamsKnown;

    private DnsBackends(PluginFolder plugins, Contexts contexts, DaemonConfig.Plugins wanted, StageBus bus) {
        this.plugins = plugins;
        this.contexts = contexts;
        this.demanded = wanted.dns();
        this.server = Selector.select(
                Contexts.DNS_SERVER, plugins.extensions(DnsServerFactory.class), contexts::dnsServer, wanted.dnsServer());
        this.served = server.backend().map(backend -> bus.serve(BusAddress.STAGE_DNS, server.name(), backend::apply, backend::plan));
        this.chain = new StrategyChain(bus, this::available, new Lookup());
    }

    static DnsBackends start(PluginFolder plugins, Contexts contexts, DaemonConfig.Plugins wanted, StageBus bus) {
        return new DnsBackends(plugins, contexts, wanted, bus);
    }

    StrategyChain chain() {
        return chain;
    }

    /** Which DNS server there is, and why. */
    Choice serverChoice() {
        return server.choice();
    }

    /** What the server has to say of itself; empty when there is none. */
    String serverDescription() {
        try {
            return server.backend().map(DnsServer::description).orElse("");
        } catch (RuntimeException | LinkageError defect) {
            return server.name() + ", which cannot say what it does: " + defect;
        }
    }

    /** Whether the user wants the resolver left alone. */
    boolean leavesResolverAlone() {
        return demanded.filter(NOBODY::equals).isPresent();
    }

    /** Why no strategy can even be tried; empty when one can. */
    Optional<String> noStrategy() {
        if (leavesResolverAlone()) {
            return Optional.of("plugins.dns is none, which leaves this machine's resolver alone");
        }
        List<Choice.Candidate> all = candidates();
        if (demanded.isPresent() && all.stream().noneMatch(candidate -> candidate.name().equals(demanded.get()))) {
            return Optional.of("plugins.dns names '" + demanded.get() + "', which no plugin provides; there is "
                    + (all.isEmpty() ? "none" : String.join(", ", all.stream().map(Choice.Candidate::name).toList())));
        }
        return all.isEmpty() ? Optional.of("no plugin can have this machine's resolver ask ngrokd; put one into the plugins folder")
                : Optional.empty();
    }

    /** What each strategy said when it was asked whether it can work here, best first; those for other systems only if asked for. */
    List<Choice.Candidate> candidates() {
        ask(false);
        return strategies.stream().map(Asked::candidate)
                .filter(candidate -> !candidate.availability().elsewhere() || demanded.filter(candidate.name()::equals).isPresent()).toList();
    }

    /** The name of the only strategy that may be tried; empty when all may. */
    Optional<String> demanded() {
        return demanded;
    }

    /** Whom this machine asks when we are not there, by what the best strategy says. */
    List<InetSocketAddress> upstreams() {
        if (!upstreamsKnown || System.nanoTime() - upstreamsAt > UPSTREAMS_LAST.toNanos()) {
            ask(false);
            upstreams = strategies.stream().flatMap(asked -> asked.backend().stream()
                            .map(strategy -> upstreams(asked.candidate().name(), strategy)))
                    .filter(servers -> !servers.isEmpty()).findFirst().orElse(List.of());
            upstreamsAt = System.nanoTime();
            upstreamsKnown = true;
        }
        return upstreams;
    }

    /** The network changed: what was found out may be so no more. */
    void lookAgain() {
        upstreamsKnown = false;
        chain.lookAgain();
    }

    /** At the begin of a round. */
    private List<Strategy> available() {
        if (noStrategy().isPresent()) {
            return List.of();
        }
        ask(true);
        return strategies.stream()
                .filter(asked -> demanded.isEmpty() || demanded.get().equals(asked.candidate().name()))
                .flatMap(asked -> asked.backend().stream().map(strategy -> new Strategy(asked.candidate().name(), strategy))).toList();
    }

    private void ask(boolean again) {
        boolean fresh = System.nanoTime() - askedAt < FRESH.toNanos();
        if (strategies.isEmpty() || (again && !fresh)) {
            askedAt = System.nanoTime();
            strategies = Selector.askAll(Contexts.DNS, plugins.extensions(DnsStrategyFactory.class), contexts::dns);
        }
    }

    private static List<InetSocketAddress> upstreams(String name, DnsStrategy strategy) {
        List<List<InetSocketAddress>> answer = new CopyOnWriteArrayList<>();
        Thread asking = Thread.ofVirtual().name("upstreams-" + name).start(() -> {
            try {
                answer.add(List.copyOf(strategy.upstreams()));
            } catch (RuntimeException | LinkageError defect) {
                LOG.error("A DNS strategy cannot say whom the system asks. strategy={}", name, defect);
            }
        });
        try {
            if (!asking.join(UPSTREAMS_LIMIT)) {
                LOG.warn("A DNS strategy takes too long to say whom the system asks. strategy={}", name);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return answer.isEmpty() ? List.of() : answer.getFirst();
    }

    /** Has the resolver as it was; nothing is routed to us any more. */
    void undoRouting() {
        chain.stop();
    }

    /** The server at its address, and how it is undone. */
    Optional<Backends.Role> server() {
        return served.map(at -> new Backends.Role(at, server.backend().orElseThrow()::undo));
    }
}
