package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the contract suite cannot reach: whose the interface is, races, refusals. */
class DeviceBackendTest {

    private final FakeLinuxNetwork network = new FakeLinuxNetwork();
    private final FakeContext context = FakeContext.plain();
    private final DeviceBackend backend = new DeviceBackend(DeviceKind.DUMMY, network.surroundings(), context);

    @Test
    void makesMarksAndRaisesTheInterface() throws Exception {
        assertEquals(NetifReply.complete(), apply("10.107.0.2"));
        assertEquals(
                List.of("create ngrokd0", "alias ngrokd0", "raise ngrokd0", "add 10.107.0.1/16", "add 10.107.0.2/32"),
                network.changes());
        assertEquals(List.of("device ngrokd0 kind=dummy"), context.entries());
        assertEquals("dummy interface ngrokd0", backend.description());
    }

    @Test
    void sendsNothingWhenNothingDiffers() throws Exception {
        apply("10.107.0.2", "10.107.0.3");
        network.changes();
        apply("10.107.0.2", "10.107.0.3");
        assertEquals(List.of(), network.changes());
    }

    @Test
    void sendsOnlyWhatDiffers() throws Exception {
        apply("10.107.0.2", "10.107.0.3");
        network.changes();
        apply("10.107.0.3", "10.107.0.4");
        assertEquals(List.of("remove 10.107.0.2/32", "add 10.107.0.4/32"), network.changes());
    }

    @Test
    void repairsWhatOthersDidToItsInterface() throws Exception {
        apply("10.107.0.2");
        network.takeAddress("10.107.0.1");
        network.putAddress("ngrokd0", "192.0.2.1", 24, "ngrokd0");
        network.changes();
        apply("10.107.0.2");
        assertEquals(List.of("remove 192.0.2.1/24", "add 10.107.0.1/16"), network.changes());
        network.takeLink("ngrokd0");
        apply("10.107.0.2");
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
    }

    @Test
    void anInterfaceThatGoesAwayMeanwhileIsMadeAgain() throws Exception {
        network.beforeNextAdd(() -> network.takeLink("ngrokd0"));
        assertEquals(NetifReply.complete(), apply("10.107.0.2"));
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
    }

    @Test
    void takesOverWhatAnUnmarkedPredecessorLeft() throws Exception {
        network.put("ngrokd0", "dummy", "", false, 0);
        network.putAddress("ngrokd0", "10.107.0.1", 16, "ngrokd0");
        network.putAddress("ngrokd0", "10.107.0.99", 32, "ngrokd0");
        apply("10.107.0.2");
        assertEquals(Optional.of("ngrokd"), network.link("ngrokd0").orElseThrow().alias());
        assertTrue(network.link("ngrokd0").orElseThrow().up());
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
        backend.undo();
        assertEquals(Optional.empty(), network.link("ngrokd0"));
    }

    @Test
    void takesOverItsOwnOfTheOtherKind() throws Exception {
        network.put("ngrokd0", "bridge", "ngrokd", true, 0);
        apply("10.107.0.2");
        assertEquals(List.of("device ngrokd0 kind=bridge"), context.entries());
    }

    @Test
    void anAdministratorsInterfaceIsUsedAndLeft() throws Exception {
        network.put("ngrokd0", "dummy", "", true, 0);
        network.putAddress("ngrokd0", "192.0.2.1", 24, "ngrokd0");
        apply("10.107.0.2");
        assertEquals(Set.of("192.0.2.1/24", "10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
        assertEquals(List.of("addresses ngrokd0 in 10.107.0.0/16"), context.entries());
        backend.undo();
        assertEquals(Set.of("192.0.2.1/24"), network.on("ngrokd0"));
        assertEquals(List.of(), context.entries());
    }

    @Test
    void anInterfaceWithoutAddressesAndMarkIsAnAdministratorsToo() throws Exception {
        network.put("ngrokd0", "dummy", "", true, 0);
        apply("10.107.0.2");
        // Now it bears addresses of ours only, as an unmarked predecessor's would.
        apply("10.107.0.3");
        assertEquals(List.of("addresses ngrokd0 in 10.107.0.0/16"), context.entries());
        backend.undo();
        assertEquals(Set.of(), network.on("ngrokd0"));
        assertEquals(Optional.empty(), network.link("ngrokd0").orElseThrow().alias());
    }

    @Test
    void anInterfaceThatWasMadeThoughTheAnswerWasLostIsStillOurs() throws Exception {
        network.loseNextAnswer();
        assertEquals(FailureCode.TIMEOUT, assertThrows(StageException.class, () -> apply("10.107.0.2")).code());
        assertEquals(List.of("device ngrokd0 kind=dummy"), context.entries());
        apply("10.107.0.2");
        assertEquals(List.of("device ngrokd0 kind=dummy"), context.entries());
        backend.undo();
        assertEquals(Optional.empty(), network.link("ngrokd0"));
    }

    @Test
    void anInterfaceThatWasMadeWhileItsAnswerWasAwaitedIsNotForgottenWhenItIsMadeAgain() throws Exception {
        context.record("device ngrokd0 kind=dummy");
        network.beforeNextCreate(() -> network.put("ngrokd0", "dummy", "", false, 0));
        apply("10.107.0.2");
        assertEquals(List.of("device ngrokd0 kind=dummy"), context.entries());
    }

    @Test
    void anAdministratorWhoWasFasterKeepsHisInterface() throws Exception {
        network.beforeNextCreate(() -> network.put("ngrokd0", "dummy", "", false, 0));
        apply("10.107.0.2");
        assertEquals(List.of("addresses ngrokd0 in 10.107.0.0/16"), context.entries());
        backend.undo();
        assertTrue(network.link("ngrokd0").isPresent());
    }

    @Test
    void killedBetweenMakingAndMarkingItIsStillOurs() throws Exception {
        context.record("device ngrokd0 kind=dummy");
        network.put("ngrokd0", "dummy", "", false, 0);
        apply("10.107.0.2");
        assertEquals(Optional.of("ngrokd"), network.link("ngrokd0").orElseThrow().alias());
    }

    @Test
    void somethingElseOfThatNameIsRefused() {
        network.put("ngrokd0", "veth", "", true, 0);
        StageException refused = assertThrows(StageException.class, () -> apply("10.107.0.2"));
        assertEquals(FailureCode.IN_USE, refused.code());
        assertEquals("linux-dummy", refused.plugin());
        assertTrue(refused.getMessage().contains("net.interface_name"), refused.getMessage());
        assertEquals(List.of(), network.changes());
        assertEquals(List.of(), context.entries());
    }

    @Test
    void aBridgeThatCarriesTrafficIsRefused() {
        int bridge = network.put("ngrokd0", "bridge", "", true, 0);
        network.put("veth1", "veth", "", true, bridge);
        StageException refused = assertThrows(StageException.class, () -> apply("10.107.0.2"));
        assertEquals(FailureCode.IN_USE, refused.code());
        assertTrue(refused.getMessage().contains("ports"), refused.getMessage());
    }

    @Test
    void anAddressInUseElsewhereFailsAloneAndNamesTheHolder() throws Exception {
        network.put("eth0", "", "", true, 0);
        network.putAddress("eth0", "10.107.0.3", 24, "eth0");
        NetifReply reply = apply("10.107.0.2", "10.107.0.3");
        InetAddress taken = InetAddress.ofLiteral("10.107.0.3");
        assertEquals(Set.of(taken), reply.failed().keySet());
        assertEquals(FailureCode.IN_USE, reply.failed().get(taken).code());
        assertTrue(reply.failed().get(taken).message().contains("eth0"));
    }

    @Test
    void whatTheKernelRefusesFailsAlone() throws Exception {
        network.refuse("10.107.0.3", Errno.EINVAL);
        NetifReply reply = apply("10.107.0.2", "10.107.0.3");
        assertEquals(Set.of(InetAddress.ofLiteral("10.107.0.3")), reply.failed().keySet());
        assertTrue(network.on("ngrokd0").contains("10.107.0.2/32"));
    }

    @Test
    void thousandsBecomeRoutesBecauseTheKernelIsSlowWithAddresses() throws Exception {
        Set<InetAddress> all =
                IntStream.range(2, 6_002).mapToObj(backend.range().subnet()::addressAt).collect(Collectors.toSet());
        NetifRequest request = new NetifRequest(backend.range(), all, all, Set.of());
        assertEquals(NetifReply.complete(), backend.apply(request));
        assertEquals(6_001, network.on("ngrokd0").size());
        assertEquals(6_001 - 4_096, network.addresses().stream().filter(LinkAddress::routed).count());
        network.changes();
        assertEquals(NetifReply.complete(), backend.apply(request));
        assertEquals(List.of(), network.changes());
        backend.apply(Requests.of(backend, "10.107.0.2"));
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
    }

    @Test
    void networkBroadcastAndOtherFamiliesAreRefused() throws Exception {
        NetifReply reply = apply("10.107.0.0", "10.107.255.255", "fd00::1", "10.108.0.1", "10.107.0.1", "10.107.0.2");
        assertEquals(4, reply.failed().size());
        assertTrue(reply.failed().values().stream().allMatch(failure -> failure.code() == FailureCode.REFUSED));
        assertEquals(Set.of("10.107.0.1/16", "10.107.0.2/32"), network.on("ngrokd0"));
    }

    @Test
    void withoutPrivilegeNothingIsJournaled() {
        network.isUnprivileged();
        StageException refused = assertThrows(StageException.class, () -> apply("10.107.0.2"));
        assertEquals(FailureCode.PERMISSION_DENIED, refused.code());
        assertTrue(refused.getMessage().contains("CAP_NET_ADMIN"), refused.getMessage());
        assertEquals(List.of(), context.entries());
    }

    @Test
    void aFullDiskChangesNothing() {
        context.fillUp();
        StageException refused = assertThrows(StageException.class, () -> apply("10.107.0.2"));
        assertEquals(FailureCode.INPUT_OUTPUT, refused.code());
        assertEquals(List.of(), network.changes());
    }

    @Test
    void aBadNameIsRefusedBeforeAnythingIsAsked() {
        DeviceBackend misnamed = new DeviceBackend(
                DeviceKind.DUMMY, network.surroundings(), new FakeContext("a name too long", Optional.empty()));
        StageException refused = assertThrows(StageException.class, () -> misnamed.apply(Requests.of(misnamed)));
        assertEquals(FailureCode.REFUSED, refused.code());
        assertEquals(0, network.opened());
    }

    @Test
    void anotherInterfaceNameMeansThatTheOldOneGoes() throws Exception {
        apply("10.107.0.2");
        FakeContext renamed = context.renamed("ngrok1");
        DeviceBackend later = new DeviceBackend(DeviceKind.DUMMY, network.surroundings(), renamed);
        later.apply(Requests.of(later, "10.107.0.2"));
        assertEquals(Optional.empty(), network.link("ngrokd0"));
        assertEquals(List.of("device ngrok1 kind=dummy"), renamed.entries());
    }

    @Test
    void undoWithALostJournalStillFindsTheMark() throws Exception {
        apply("10.107.0.2");
        new DeviceBackend(DeviceKind.DUMMY, network.surroundings(), FakeContext.plain()).undo();
        assertEquals(Optional.empty(), network.link("ngrokd0"));
    }

    @Test
    void undoLeavesWhatSomebodyElsePutInItsPlace() throws Exception {
        apply("10.107.0.2");
        network.takeLink("ngrokd0");
        network.put("ngrokd0", "dummy", "mine now", true, 0);
        network.changes();
        backend.undo();
        assertEquals(List.of(), network.changes());
        assertEquals(List.of(), context.entries());
    }

    @Test
    void undoThatIsRefusedKeepsItsEntry() throws Exception {
        apply("10.107.0.2");
        network.isUnprivileged();
        assertThrows(StageException.class, backend::undo);
        assertEquals(List.of("device ngrokd0 kind=dummy"), context.entries());
    }

    private NetifReply apply(String... addresses) throws StageException {
        return backend.apply(Requests.of(backend, addresses));
    }
}
