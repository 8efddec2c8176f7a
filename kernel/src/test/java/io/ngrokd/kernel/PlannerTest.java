package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.plan.Section;
import io.ngrokd.kernel.plan.Section.Role;
import io.ngrokd.kernel.plugin.PluginFolder;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.stage.StageBus;
import io.ngrokd.kernel.stage.Standing;
import io.ngrokd.kernel.state.FileJournal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel asks backends for, and what it makes of their answers; they are at work on the bus and do nothing. */
class PlannerTest {

    private static final Subnet SUBNET = Subnet.parse("10.107.0.0/24");
    private static final AddressRange RANGE = new AddressRange(SUBNET, SUBNET.addressAt(1), Set.of());
    private static final Endpoint ONE = endpoint("one.demo", Protocol.HTTP, 80);
    private static final Endpoint TWO = endpoint("two.demo", Protocol.HTTP, 80);

    @TempDir
    private Path folder;

    private Vertx vertx;
    private StageBus bus;
    private PluginFolder plugins;
    private final List<String> modes = new ArrayList<>();
    private final List<ForwardRequest> asked = new ArrayList<>();
    private final List<NamesRequest> names = new ArrayList<>();

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        bus = new StageBus(vertx, Duration.ofSeconds(20));
        plugins = PluginFolder.load(folder.resolve("plugins"), "0.4.0");
    }

    @AfterEach
    void stop() throws Exception {
        plugins.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whatABackendSaysIsItsSection() throws Exception {
        netif(request -> Optional.of(List.of(Change.add(Change.ADDRESS, "said"))));
        forward(Optional.of(List.of()));
        hosts();
        Section netif = only(plan("", ONE), Role.NETIF);
        assertEquals(List.of("said"), netif.changes().stream().map(Change::line).toList());
        assertFalse(netif.estimated());
        assertEquals("fake", netif.backend());
        assertEquals(List.of("one.demo"), List.copyOf(names.getFirst().names().keySet()));
    }

    @Test
    void aBackendThatCannotSayIsEstimated() throws Exception {
        netif(request -> Optional.empty());
        forward(Optional.empty());
        hosts();
        List<Section> sections = plan("", ONE);
        Section netif = only(sections, Role.NETIF);
        assertTrue(netif.estimated());
        assertEquals(List.of(Change.add(Change.ADDRESS, "10.107.0.2")), netif.changes());
        assertEquals(List.of(Change.add(Change.LISTENER, "10.107.0.2:80")), only(sections, Role.FORWARD).changes());
    }

    @Test
    void anAddressThatCannotBeHadHasNoListenerAndNoName() throws Exception {
        netif(request -> Optional.of(List.of(Change.blocked(Change.ADDRESS, "10.107.0.2", "eth0 has it"))));
        forward(Optional.of(List.of()));
        hosts();
        plan("", ONE, TWO);
        assertEquals(List.of("virtual:10.107.0.3:80"), asked.getFirst().listeners().stream().map(listener -> listener.id()).toList());
        assertEquals(List.of("two.demo"), List.copyOf(names.getFirst().names().keySet()));
    }

    @Test
    void aBackendThatFailsSaysWhyAndEndsNothing() throws Exception {
        netif(request -> {
            throw new StageException(FailureCode.UNSUPPORTED, "no interface can be made", "fake");
        });
        forward(Optional.of(List.of()));
        hosts();
        List<Section> sections = plan("", ONE);
        assertEquals(Optional.of("no interface can be made"), only(sections, Role.NETIF).problem());
        assertEquals(List.of(), asked.getFirst().listeners());
    }

    @Test
    void aMissingRoleSaysSo() throws Exception {
        netif(request -> Optional.of(List.of()));
        hosts();
        assertTrue(only(plan("", ONE), Role.FORWARD).problem().orElseThrow().contains("no plugin serves 'virtual'"));
    }

    @Test
    void anotherBackendThatNobodyHasLeavesTheOldOneGoing() throws Exception {
        netif(asking -> Optional.of(asking.request().isEmpty() ? List.of(Change.remove(Change.ADDRESS, "old")) : List.of()));
        forward(Optional.of(List.of()));
        hosts();
        List<Section> sections = plan("plugins: {netif: nobody}", ONE).stream().filter(section -> section.role() == Role.NETIF).toList();
        assertTrue(sections.getFirst().goes());
        assertEquals("old", sections.getFirst().changes().getFirst().line());
        assertTrue(sections.getLast().problem().orElseThrow().contains("plugins.netif names 'nobody'"), sections.toString());
    }

    @Test
    void nothingIsLeasedForAPlan() throws Exception {
        netif(request -> Optional.of(List.of()));
        forward(Optional.of(List.of()));
        hosts();
        plan("", ONE, TWO);
        assertEquals(List.of(), List.of(Optional.ofNullable(folder.toFile().list()).orElseThrow()));
    }

    private void netif(StageBus.Plans<NetifRequest> plans) {
        bus.serve(BusAddress.STAGE_NETIF, "fake", request -> {
            throw new AssertionError("a plan applies nothing");
        }, plans);
    }

    private void forward(Optional<List<Change>> answer) {
        bus.serve(BusAddress.stageForward("virtual"), "virtual", request -> {
            throw new AssertionError("a plan applies nothing");
        }, (PlanRequest<ForwardRequest> asking) -> {
            asking.request().ifPresent(asked::add);
            return answer;
        });
        modes.add("virtual");
    }

    private void hosts() {
        bus.serve(BusAddress.STAGE_NAMES, "names", request -> {
            throw new AssertionError("a plan applies nothing");
        }, (PlanRequest<NamesRequest> asking) -> {
            asking.request().ifPresent(names::add);
            return Optional.of(List.of());
        });
    }

    private List<Section> plan(String yaml, Endpoint... endpoints) throws Exception {
        ConfigReader reader = new ConfigReader(Map.of());
        DaemonConfig config = reader.read("candidate.yml", yaml);
        TreeMap<EndpointKey, Endpoint> all = new TreeMap<>();
        for (Endpoint each : endpoints) {
            all.put(each.key(), each);
        }
        Standing standing = new Standing(Desired.nothing(), Set.of(), Set.of(), List.of(), Optional.empty(), false, Optional.empty());
        ControlLoop.Moment now = new ControlLoop.Moment(reader.read("in-force.yml", ""), new Snapshot(all, List.of()), standing,
                new Backends.AtWork(Optional.of("fake"), Optional.of(RANGE), "it is chosen", Optional.of("names"), modes, Optional.empty()));
        Contexts contexts = new Contexts(vertx, FileJournal.look(folder.resolve("journal.json")), config.net(), Optional.empty(), folder,
                (socket, listener) -> socket.close(), () -> config.net().startPort());
        PlanRoles roles = new PlanRoles(bus, plugins, contexts.lookingOnly(config.net()), config, Optional.of(now));
        Allocator allocator = Allocator.dry(folder.resolve("ip_mappings.json"), folder.resolve("network_ports.json"));
        return new Planner(config, Optional.of(now), roles, allocator).plan(all.values());
    }

    private static Section only(List<Section> sections, Role role) {
        List<Section> of = sections.stream().filter(section -> section.role() == role).toList();
        assertEquals(1, of.size(), sections::toString);
        return of.getFirst();
    }

    private static Endpoint endpoint(String host, Protocol protocol, int port) {
        return new Endpoint(new EndpointKey(host, port), protocol, "http://" + host, List.of("ep_" + host));
    }
}
