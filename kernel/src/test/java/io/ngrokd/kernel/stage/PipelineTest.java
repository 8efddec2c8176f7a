package io.ngrokd.kernel.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.reconcile.Carrying.Carry;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stages over a real event bus, with hand-written backends that write down what they were asked. */
class PipelineTest {

    private static final AddressRange RANGE =
            new AddressRange(Subnet.parse("10.107.0.0/16"), InetAddress.ofLiteral("10.107.0.1"), Set.of());

    private static final DaemonConfig.Dns DNS = new DaemonConfig.Dns(
            Optional.empty(), List.of(), Duration.ofSeconds(30), List.of(), List.of(), List.of(), 1000, 10_000);
    private static final Pipeline.Surroundings AT = new Pipeline.Surroundings(Optional.of(RANGE), LocalNetwork.NONE, DNS, List::of);

    /** So long that a stage which answers is in time, however busy the machine is. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Vertx vertx;
    private StageBus bus;
    private final FakeSystem system = new FakeSystem();
    private final FakeRoutes routes = new FakeRoutes(system);
    private Pipeline pipeline;

    private Pipeline.Pass last;
    private StageBus.Served netif;
    private StageBus.Served forward;
    private StageBus.Served names;

    @BeforeEach
    void serve() {
        serve(PATIENCE);
    }

    private void serve(Duration limit) {
        vertx = Vertx.vertx();
        bus = new StageBus(vertx, limit);
        pipeline = new Pipeline(bus, routes, () -> Duration.ofSeconds(30));
        netif = bus.serve(BusAddress.STAGE_NETIF, "fake-netif", system::netif);
        forward = bus.serve(BusAddress.stageForward("virtual"), "virtual", system::forward);
        names = bus.serve(BusAddress.STAGE_NAMES, "fake-hosts", system::names);
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void addressesThenRoutesThenListenersThenNames() {
        SortedMap<EndpointKey, Outcome> outcomes = apply("a:80=10.107.0.2", "b:80=10.107.0.3");
        assertEquals(List.of(
                "netif 10.107.0.2 10.107.0.3 (+2 -0)",
                "routes virtual:10.107.0.2:80 virtual:10.107.0.3:80",
                "forward virtual:10.107.0.2:80 virtual:10.107.0.3:80",
                "names a=10.107.0.2 b=10.107.0.3"), system.log);
        assertTrue(outcomes.get(new EndpointKey("a", 80)).ready());
        assertEquals(Optional.of(new InetSocketAddress("10.107.0.2", 80)), outcomes.get(new EndpointKey("a", 80)).bound());
    }

    @Test
    void whatGoesGoesBackwards() {
        apply("a:80=10.107.0.2", "b:80=10.107.0.3");
        system.log.clear();
        apply("b:80=10.107.0.3");
        assertEquals(List.of(
                "names b=10.107.0.3",
                "forward virtual:10.107.0.3:80",
                "routes virtual:10.107.0.3:80",
                "drain a:80",
                "netif 10.107.0.3 (+0 -1)",
                "routes virtual:10.107.0.3:80",
                "forward virtual:10.107.0.3:80",
                "names b=10.107.0.3"), system.log);
    }

    @Test
    void aMoveTakesTheOldPlaceDownFirst() {
        apply("a:80=10.107.0.2");
        system.log.clear();
        apply("a:80=10.107.0.9");
        assertEquals("names ", system.log.getFirst());
        assertEquals("names a=10.107.0.9", system.log.getLast());
    }

    @Test
    void repeatingSendsTheWholeStateAgain() {
        apply("a:80=10.107.0.2");
        system.log.clear();
        apply("a:80=10.107.0.2");
        assertEquals(List.of(
                "netif 10.107.0.2 (+0 -0)", "routes virtual:10.107.0.2:80", "forward virtual:10.107.0.2:80", "names a=10.107.0.2"),
                system.log);
    }

    @Test
    void anAddressThatFailsStopsOnlyItsOwnEndpoint() {
        system.badAddresses.add(InetAddress.ofLiteral("10.107.0.2"));
        SortedMap<EndpointKey, Outcome> outcomes = apply("a:80=10.107.0.2", "b:80=10.107.0.3");
        assertEquals(List.of("no"), messages(outcomes, "a", 80));
        assertTrue(outcomes.get(new EndpointKey("b", 80)).ready());
        assertEquals(Set.of("virtual:10.107.0.3:80"), system.listening);
        assertEquals(Set.of("b"), system.resolving.keySet());
    }

    @Test
    void noNameWithoutAListener() {
        system.badListeners.add("virtual:10.107.0.2:80");
        SortedMap<EndpointKey, Outcome> outcomes = apply("a:80=10.107.0.2", "a:81=10.107.0.2", "b:80=10.107.0.3");
        assertEquals(List.of("taken"), messages(outcomes, "a", 80));
        assertTrue(outcomes.get(new EndpointKey("a", 81)).ready());
        assertEquals(Set.of("a", "b"), system.resolving.keySet(), "one of its ports listens");
        system.badListeners.add("virtual:10.107.0.2:81");
        apply("a:80=10.107.0.2", "a:81=10.107.0.2", "b:80=10.107.0.3");
        assertEquals(Set.of("b"), system.resolving.keySet());
    }

    @Test
    void namesThatCannotBeWrittenLeaveTheEndpointServed() {
        system.namesFailure = new StageException(FailureCode.INPUT_OUTPUT, "/etc/hosts is immutable", "fake-hosts");
        Outcome outcome = apply("a:80=10.107.0.2").get(new EndpointKey("a", 80));
        assertFalse(outcome.ready());
        assertTrue(outcome.bound().isPresent());
        assertEquals(List.of("/etc/hosts is immutable"), outcome.failures().stream().map(StageFailure::message).toList());
        system.namesFailure = null;
        assertTrue(apply("a:80=10.107.0.2").get(new EndpointKey("a", 80)).ready());
    }

    @Test
    void aWildcardGetsNoNameInTheHostsFile() {
        bus.serve(BusAddress.STAGE_DNS, "fake-dns", (DnsRequest request) -> DnsReply.complete());
        assertTrue(apply("*.w:80=10.107.0.2").get(new EndpointKey("*.w", 80)).ready());
        assertEquals(Map.of(), system.resolving);
    }

    @Test
    void aMissingPluginIsSaidByItsEndpoints() {
        forward.withdraw();
        Outcome outcome = apply("a:80=10.107.0.2").get(new EndpointKey("a", 80));
        assertEquals(Optional.empty(), outcome.bound());
        assertEquals(FailureCode.NO_PLUGIN, outcome.failures().getFirst().code());
        assertTrue(outcome.failures().getFirst().message().contains("no plugin serves 'virtual'"), outcome.failures().toString());
        assertEquals(Map.of(), system.resolving);
    }

    @Test
    void aPluginThatHangsTakesNothingDownThatWorks() {
        close();
        serve(Duration.ofSeconds(3));
        apply("a:80=10.107.0.2");
        netif.withdraw();
        bus.serve(BusAddress.STAGE_NETIF, "hanging", (NetifRequest request) -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
            return NetifReply.complete();
        });
        SortedMap<EndpointKey, Outcome> outcomes = apply("a:80=10.107.0.2", "b:80=10.107.0.3");
        assertEquals(FailureCode.TIMEOUT, outcomes.get(new EndpointKey("a", 80)).failures().getFirst().code());
        assertTrue(outcomes.get(new EndpointKey("a", 80)).bound().isPresent(), "still served");
        assertFalse(outcomes.get(new EndpointKey("b", 80)).bound().isPresent());
        assertEquals(Set.of("a"), system.resolving.keySet());
    }

    @Test
    void aPluginThatThrowsIsReportedAndTriedAgain() {
        names.withdraw();
        StageBus.Served broken = bus.serve(BusAddress.STAGE_NAMES, "broken", (NamesRequest request) -> {
            throw new IllegalStateException("oops");
        });
        Outcome outcome = apply("a:80=10.107.0.2").get(new EndpointKey("a", 80));
        assertEquals(FailureCode.INTERNAL, outcome.failures().getFirst().code());
        assertTrue(outcome.failures().getFirst().message().contains("oops"));
        broken.withdraw();
        bus.serve(BusAddress.STAGE_NAMES, "fake-hosts", system::names);
        assertTrue(apply("a:80=10.107.0.2").get(new EndpointKey("a", 80)).ready());
    }

    @Test
    void namesThatCannotBeTakenBackAreAProblemOfThePass() {
        apply("a:80=10.107.0.2");
        system.namesFailure = new StageException(FailureCode.INPUT_OUTPUT, "/etc/hosts is immutable", "fake-hosts");
        apply();
        assertFalse(last.complete());
        assertEquals(Map.of("names", "/etc/hosts is immutable"), last.problems());
        system.namesFailure = null;
        apply();
        assertTrue(last.complete());
    }

    @Test
    void anotherPortThanWantedIsSaid() {
        system.portShift = 1;
        Outcome outcome = apply("a:80=10.107.0.2").get(new EndpointKey("a", 80));
        assertFalse(outcome.ready());
        assertEquals(81, outcome.bound().orElseThrow().getPort());
        assertEquals(List.of("port 80 is taken by another program; listening on 81 until it is free"), messages(last.outcomes(), "a", 80));
        assertEquals(Set.of("a"), system.resolving.keySet());
    }

    @Test
    void whoHoldsAPortIsSaidWhereItIsKnown() {
        system.portShift = 1;
        system.remarks = Map.of("virtual:10.107.0.2:80", "port 80 of 10.107.0.2 is held by nginx (pid 812)");
        apply("a:80=10.107.0.2");
        assertEquals(List.of("port 80 of 10.107.0.2 is held by nginx (pid 812); listening on 81 until it is free"),
                messages(last.outcomes(), "a", 80));
    }

    @Test
    void oddAnswersOnTheBusAreFailuresOfTheirStage() {
        netif.withdraw();
        StageBus.Served silent = bus.serve(BusAddress.STAGE_NETIF, "silent", (NetifRequest request) -> null);
        assertEquals(FailureCode.INTERNAL, apply("a:80=10.107.0.2").get(new EndpointKey("a", 80)).failures().getFirst().code());
        silent.withdraw();
        vertx.eventBus().localConsumer(BusAddress.STAGE_NETIF).handler(message -> message.reply("hello"));
        assertEquals(FailureCode.INTERNAL, apply("a:80=10.107.0.2").get(new EndpointKey("a", 80)).failures().getFirst().code());
    }

    @Test
    void afterTheLastCallThereIsNone() throws StageException {
        netif.withdraw();
        netif.last(() -> system.log.add("undone"), PATIENCE);
        assertEquals(FailureCode.NO_PLUGIN, apply("a:80=10.107.0.2").get(new EndpointKey("a", 80)).failures().getFirst().code());
        assertEquals("undone", system.log.getFirst());
        assertFalse(system.log.stream().anyMatch(line -> line.startsWith("netif")), system.log.toString());
    }

    @Test
    void anAddressStaysWhileConnectionsOfItsEndpointLast() {
        apply("a:80=10.107.0.2", "b:80=10.107.0.3");
        routes.open.put(new EndpointKey("a", 80), 1);
        apply("b:80=10.107.0.3");
        assertTrue(system.addresses.contains(InetAddress.ofLiteral("10.107.0.2")));
        assertTrue(pipeline.hasLingering());
        assertEquals(Set.of("b"), system.resolving.keySet());
        routes.open.clear();
        apply("b:80=10.107.0.3");
        assertEquals(Set.of(InetAddress.ofLiteral("10.107.0.3")), system.addresses);
        assertFalse(pipeline.hasLingering());
    }

    @Test
    void anEndpointWithoutAnAddressSaysWhy() {
        SortedMap<EndpointKey, StageFailure> unallocated = new TreeMap<>();
        unallocated.put(new EndpointKey("full", 80), new StageFailure(FailureCode.EXHAUSTED, "no address is left"));
        SortedMap<EndpointKey, Outcome> outcomes = pipeline.apply(new Desired(new TreeMap<>(), unallocated), AT).outcomes();
        assertEquals(List.of("no address is left"), messages(outcomes, "full", 80));
    }

    private SortedMap<EndpointKey, Outcome> apply(String... places) {
        SortedMap<EndpointKey, Allocation> allocations = new TreeMap<>();
        for (String place : places) {
            String[] parts = place.split("[:=]");
            EndpointKey key = new EndpointKey(parts[0], Integer.parseInt(parts[1]));
            Endpoint endpoint = new Endpoint(key, Protocol.HTTP, "http://" + key, List.of("ep_" + parts[0]));
            allocations.put(key, new Allocation(endpoint, "virtual", InetAddress.ofLiteral(parts[2]), endpoint.port()));
        }
        last = pipeline.apply(new Desired(allocations, new TreeMap<>()), AT);
        return last.outcomes();
    }

    private static List<String> messages(SortedMap<EndpointKey, Outcome> outcomes, String host, int port) {
        return outcomes.get(new EndpointKey(host, port)).failures().stream().map(StageFailure::message).toList();
    }

    /** A machine in memory. */
    private static final class FakeSystem {
        final List<String> log = new ArrayList<>();
        final Set<InetAddress> badAddresses = new HashSet<>();
        final Set<String> badListeners = new HashSet<>();
        StageException namesFailure;
        int portShift;
        Map<String, String> remarks = Map.of();
        Set<InetAddress> addresses = Set.of();
        Set<String> listening = Set.of();
        Map<String, List<InetAddress>> resolving = Map.of();

        NetifReply netif(NetifRequest request) {
            log.add("netif " + String.join(" ", new TreeSet<>(request.addresses().stream().map(InetAddress::getHostAddress).toList()))
                    + " (+" + request.added().size() + " -" + request.removed().size() + ")");
            addresses = request.addresses();
            Map<InetAddress, StageFailure> failed = new HashMap<>();
            badAddresses.stream().filter(addresses::contains)
                    .forEach(address -> failed.put(address, new StageFailure(FailureCode.INPUT_OUTPUT, "no")));
            return new NetifReply(failed);
        }

        ForwardReply forward(ForwardRequest request) {
            Map<String, InetSocketAddress> bound = new TreeMap<>();
            Map<String, StageFailure> failed = new HashMap<>();
            for (Listener listener : request.listeners()) {
                if (badListeners.contains(listener.id())) {
                    failed.put(listener.id(), new StageFailure(FailureCode.IN_USE, "taken"));
                } else {
                    bound.put(listener.id(), new InetSocketAddress(listener.address(), listener.port() + portShift));
                }
            }
            listening = bound.keySet();
            log.add("forward " + String.join(" ", listening));
            return new ForwardReply(bound, failed, remarks);
        }

        NamesReply names(NamesRequest request) throws StageException {
            List<String> lines = new ArrayList<>();
            request.names().forEach((name, to) -> lines.add(name + "=" + to.getFirst().getHostAddress()));
            log.add("names " + String.join(" ", lines));
            if (namesFailure != null) {
                throw namesFailure;
            }
            resolving = request.names();
            return NamesReply.complete();
        }
    }

    private record FakeRoutes(FakeSystem system, Map<EndpointKey, Integer> open) implements DataPlaneRoutes {
        FakeRoutes(FakeSystem system) {
            this(system, new HashMap<>());
        }

        @Override
        public void publish(Collection<Listener> listeners, Map<EndpointKey, Endpoint> endpoints, Collection<Carry> carried) {
            system.log.add("routes " + String.join(" ", new TreeSet<>(listeners.stream().map(Listener::id).toList())));
        }

        @Override
        public void drain(Set<EndpointKey> endpoints, Duration limit) {
            endpoints.forEach(key -> system.log.add("drain " + key));
        }

        @Override
        public int connections(EndpointKey endpoint) {
            return open.getOrDefault(endpoint, 0);
        }
    }
}
