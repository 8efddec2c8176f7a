package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What backends say that they would change, and that asking changes nothing. */
class PlanTest {

    private final FakeLinuxNetwork network = new FakeLinuxNetwork();
    private final FakeContext context = FakeContext.plain();
    private final NetifBackend dummy = new DeviceBackend(DeviceKind.DUMMY, network.surroundings(), context);
    private final NetifBackend lo = new LoBackend(network.surroundings(), context);

    @Test
    void anInterfaceThatIsToComeBringsAllItsAddresses() throws Exception {
        assertEquals(
                List.of("ADD ngrokd0 (dummy)", "ADD 10.107.0.1/16 on ngrokd0", "ADD 10.107.0.2/32 on ngrokd0"),
                lines(dummy, asking(dummy, "10.107.0.2")));
        assertEquals(List.of(), network.changes());
        assertEquals(List.of(), context.entries());
    }

    @Test
    void whatIsAsWantedIsNoChange() throws Exception {
        dummy.apply(Requests.of(dummy, "10.107.0.2"));
        assertEquals(List.of(), lines(dummy, asking(dummy, "10.107.0.2")));
    }

    @Test
    void theDifferenceIsWhatApplyThenSends() throws Exception {
        dummy.apply(Requests.of(dummy, "10.107.0.2", "10.107.0.3"));
        network.takeAddress("10.107.0.1");
        network.changes();
        assertEquals(
                List.of("REMOVE 10.107.0.2/32 on ngrokd0", "ADD 10.107.0.1/16 on ngrokd0", "ADD 10.107.0.4/32 on ngrokd0"),
                lines(dummy, asking(dummy, "10.107.0.3", "10.107.0.4")));
        assertEquals(List.of(), network.changes());
        dummy.apply(Requests.of(dummy, "10.107.0.3", "10.107.0.4"));
        assertEquals(List.of("remove 10.107.0.2/32", "add 10.107.0.1/16", "add 10.107.0.4/32"), network.changes());
    }

    @Test
    void undoingTakesAddressesAndInterface() throws Exception {
        dummy.apply(Requests.of(dummy, "10.107.0.2"));
        assertEquals(
                List.of("REMOVE 10.107.0.1/16 on ngrokd0", "REMOVE 10.107.0.2/32 on ngrokd0", "REMOVE ngrokd0 (dummy)"),
                lines(dummy, PlanRequest.undo()));
        dummy.undo();
        assertEquals(List.of(), lines(dummy, PlanRequest.undo()));
    }

    @Test
    void anInterfaceThatWasOnlyLentStays() throws Exception {
        network.put("ngrokd0", "dummy", "mine", true, 0);
        dummy.apply(Requests.of(dummy, "10.107.0.2"));
        assertEquals(List.of("REMOVE 10.107.0.1/16 on ngrokd0", "REMOVE 10.107.0.2/32 on ngrokd0"), lines(dummy, PlanRequest.undo()));
    }

    @Test
    void aRenamedInterfaceGoesAndTheOtherOneComes() throws Exception {
        dummy.apply(Requests.of(dummy, "10.107.0.2"));
        NetifBackend renamed = new DeviceBackend(DeviceKind.DUMMY, network.surroundings(), context.renamed("other0"));
        List<String> lines = lines(renamed, new PlanRequest<>(Optional.of(Requests.of(renamed, "10.107.0.2")), true));
        assertEquals(List.of("ADD other0 (dummy)", "ADD 10.107.0.1/16 on other0", "ADD 10.107.0.2/32 on other0"), lines);
        assertTrue(lines(renamed, asking(renamed, "10.107.0.2")).contains("REMOVE ngrokd0 (dummy)"));
    }

    @Test
    void fromScratchWhatAnotherBackendHasCountsAsGone() throws Exception {
        dummy.apply(Requests.of(dummy, "10.107.0.2"));
        assertEquals(
                List.of("ADD 10.107.0.1/32 on lo", "ADD 10.107.0.2/32 on lo"),
                lines(lo, new PlanRequest<>(Optional.of(Requests.of(lo, "10.107.0.2")), true)));
        NetifBackend bridge = new DeviceBackend(DeviceKind.BRIDGE, network.surroundings(), context);
        assertEquals("ADD ngrokd0 (bridge)",
                lines(bridge, new PlanRequest<>(Optional.of(Requests.of(bridge, "10.107.0.2")), true)).getFirst());
    }

    @Test
    void anAddressOfSomebodyElseCannotBeHad() throws Exception {
        network.put("eth0", "", "", true, 0);
        network.putAddress("eth0", "10.107.0.2", 24, "eth0");
        Change blocked = dummy.plan(asking(dummy, "10.107.0.2")).orElseThrow().getLast();
        assertEquals(Change.Action.BLOCKED, blocked.action());
        assertTrue(blocked.note().orElseThrow().contains("already in use on eth0"), blocked.toString());
    }

    @Test
    void anInterfaceThatIsSomethingElseIsRefusedAsApplyDoes() {
        network.put("ngrokd0", "vlan", "", true, 0);
        assertThrows(StageException.class, () -> dummy.plan(asking(dummy, "10.107.0.2")));
    }

    @Test
    void addressesOnLoCompareAndGo() throws Exception {
        lo.apply(Requests.of(lo, "10.107.0.2"));
        network.takeAddress("10.107.0.2");
        assertEquals(List.of("ADD 10.107.0.2/32 on lo"), lines(lo, asking(lo, "10.107.0.2")));
        assertEquals(List.of("REMOVE 10.107.0.1/32 on lo"), lines(lo, PlanRequest.undo()));
    }

    @Test
    void loopbackAddressesAreThereAlready() throws Exception {
        NetifBackend loopback = new LoopbackBackend(network.surroundings(), context);
        assertEquals(List.of(), lines(loopback, asking(loopback, "127.0.0.2")));
        assertEquals(List.of(), lines(loopback, PlanRequest.undo()));
    }

    @Test
    void aProbeThatMayOnlyLookMakesNothing() {
        FakeContext look = context.lookingOnly();
        assertTrue(new LinuxDummyFactory(network.surroundings()).probe(look).available());
        network.lacksKind("dummy");
        Availability lacking = new LinuxDummyFactory(network.surroundings()).probe(look);
        assertFalse(lacking.available());
        assertTrue(lacking.reason().contains("no dummy interfaces"), lacking.reason());
        network.isUnprivileged();
        assertFalse(new LinuxBridgeFactory(network.surroundings()).probe(look).available());
        assertEquals(List.of(), network.changes());
        assertEquals(List.of(), look.entries());
    }

    private static PlanRequest<NetifRequest> asking(NetifBackend backend, String... addresses) {
        return PlanRequest.of(Requests.of(backend, addresses));
    }

    private static List<String> lines(NetifBackend backend, PlanRequest<NetifRequest> asked) throws StageException {
        return backend.plan(asked).orElseThrow().stream().map(change -> change.action() + " " + change.line()).toList();
    }
}
