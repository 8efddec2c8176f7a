package io.ngrokd.contract.netif;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.Plans;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link NetifBackend} must do. Extend it, return your factory from {@link #factory()}, and run it on a
 * machine, a container or a network namespace that may be changed: it adds and removes real addresses.
 *
 * <pre>{@code
 * class MyBackendIT extends NetifBackendContract {
 *     protected NetifBackendFactory factory() {
 *         return new MyBackendFactory();
 *     }
 * }
 * }</pre>
 *
 * <p>An address exists, for this suite, when a server socket can be bound to it. Override {@link
 * #removeBehindItsBack} to have repairs tested too, and {@link #alwaysExist} when your addresses exist without
 * you (as 127.0.0.0/8 does on Linux), which leaves out the checks that they are gone.
 */
public abstract class NetifBackendContract {

    private final FakeJournal journal = FakeJournal.inMemory();
    private Optional<Vertx> vertx = Optional.empty();
    private NetifBackend backend;

    /** Makes the factory under test. */
    protected abstract NetifBackendFactory factory();

    /** The subnet that the user asks for; empty to let the backend prefer one. */
    protected Optional<Subnet> subnet() {
        return Optional.empty();
    }

    /** The interface name that the user asks for. */
    protected String interfaceName() {
        return "ngrokd0";
    }

    /** Removes an address as somebody who knows nothing of ngrokd would. Answers whether that was possible. */
    protected boolean removeBehindItsBack(InetAddress address) throws Exception {
        return false;
    }

    /** Whether the addresses of the range exist whatever the backend does. */
    protected boolean alwaysExist() {
        return false;
    }

    /** Whether this machine has the address. */
    protected boolean exists(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address, 0));
            return true;
        } catch (BindException absent) {
            return false;
        }
    }

    @BeforeEach
    final void makeBackend() {
        NetifBackendFactory factory = factory();
        Availability availability = factory.probe(context(journal));
        assertTrue(availability.available(), () -> factory.name() + " cannot work here: " + availability.reason());
        backend = factory.create(context(journal));
    }

    @AfterEach
    final void leaveNothingBehind() throws StageException {
        if (backend != null) {
            backend.undo();
        }
        vertx.ifPresent(started -> started.close().toCompletionStage().toCompletableFuture().join());
    }

    @Test
    final void theFactorySaysWhoItIsAndWhyItCanWork() {
        NetifBackendFactory factory = factory();
        assertTrue(factory.name().matches("[a-z][a-z0-9]*(-[a-z0-9]+)*"), factory.name());
        assertTrue(factory.rank() > 0, "rank");
        assertFalse(factory.probe(context(journal)).reason().isBlank(), "reason");
        assertEquals(List.of(), journal.entries(), "a probe leaves nothing to undo");
    }

    @Test
    final void theRangeIsSaneAndStaysTheSame() {
        AddressRange range = backend.range();
        assertEquals(range, backend.range());
        assertTrue(range.subnet().contains(range.gateway()), "the gateway is in the subnet");
        assertFalse(range.reserved().contains(range.gateway()), "the gateway is not reserved besides");
        assertTrue(range.reserved().stream().allMatch(range.subnet()::contains), "what is reserved is in the subnet");
        assertTrue(range.subnet().size() - range.reserved().size() > 1, "an endpoint finds room");
        subnet().ifPresent(wanted -> assertEquals(wanted, range.subnet(), "the user's subnet is taken"));
        assertFalse(backend.description().isBlank(), "description");
    }

    @Test
    final void nothingExistsBeforeTheFirstRequest() throws Exception {
        assertGone(hosts(0, 1));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    final void addressesAndGatewayExistAfterARequest() throws Exception {
        assertComplete(apply(hosts(0, 3)));
        assertExist(hosts(0, 3));
        assertExist(Set.of(backend.range().gateway()));
        assertGone(hosts(3, 1));
    }

    @Test
    final void aPlanSaysWhatWouldChangeAndChangesNothing() throws Exception {
        PlanRequest<NetifRequest> asked =
                PlanRequest.of(new NetifRequest(backend.range(), hosts(0, 2), hosts(0, 2), Set.of()));
        Optional<List<Change>> before = backend.plan(asked);
        Plans.assertNothing(backend.plan(PlanRequest.undo()));
        assertGone(hosts(0, 2));
        assertEquals(List.of(), journal.entries());
        apply(hosts(0, 2));
        Plans.assertNothing(backend.plan(asked));
        if (!alwaysExist()) {
            Plans.assertSomething(before);
            Plans.assertSomething(backend.plan(PlanRequest.undo()));
        }
        assertExist(hosts(0, 2));
    }

    @Test
    final void anEmptyRequestIsNoError() throws Exception {
        assertComplete(apply(Set.of()));
        assertExist(Set.of(backend.range().gateway()));
    }

    @Test
    final void theRequestIsTheWholeState() throws Exception {
        apply(hosts(0, 3));
        assertComplete(apply(hosts(2, 3)));
        assertExist(hosts(2, 3));
        assertGone(hosts(0, 2));
        assertComplete(apply(Set.of()));
        assertGone(hosts(0, 5));
    }

    @Test
    final void repeatingARequestIsHarmless() throws Exception {
        apply(hosts(0, 3));
        assertComplete(apply(hosts(0, 3)));
        assertComplete(apply(hosts(0, 3)));
        assertExist(hosts(0, 3));
    }

    @Test
    final void whatChangedIsOnlyAHint() throws Exception {
        apply(hosts(0, 2));
        Set<InetAddress> wrong = hosts(40, 1);
        assertComplete(backend.apply(new NetifRequest(backend.range(), hosts(1, 2), wrong, wrong)));
        assertExist(hosts(1, 2));
        assertGone(hosts(0, 1));
        assertGone(wrong);
    }

    @Test
    final void anImpossibleAddressFailsAloneAndSaysWhy() throws Exception {
        InetAddress outside = InetAddress.ofLiteral("192.0.2.7");
        Set<InetAddress> wanted = new HashSet<>(hosts(0, 2));
        wanted.add(outside);
        NetifReply reply = apply(wanted);
        assertEquals(Set.of(outside), reply.failed().keySet());
        assertFalse(reply.failed().get(outside).message().isBlank(), "message");
        assertExist(hosts(0, 2));
    }

    @Test
    final void whatSomebodyElseRemovedComesBack() throws Exception {
        apply(hosts(0, 3));
        InetAddress victim = hosts(1, 1).iterator().next();
        if (!removeBehindItsBack(victim)) {
            // Where nobody can remove an address it is there all the same.
            assertExist(hosts(0, 3));
            return;
        }
        assertGone(Set.of(victim));
        assertComplete(apply(hosts(0, 3)));
        assertExist(hosts(0, 3));
    }

    @Test
    final void undoRemovesAllAndForgetsIt() throws Exception {
        apply(hosts(0, 3));
        backend.undo();
        assertGone(hosts(0, 3));
        assertGone(Set.of(backend.range().gateway()));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    final void undoingTwiceOrNothingIsNoError() throws Exception {
        assertDoesNotThrow(backend::undo);
        apply(hosts(0, 1));
        backend.undo();
        assertDoesNotThrow(backend::undo);
    }

    @Test
    final void itWorksAgainAfterUndo() throws Exception {
        apply(hosts(0, 2));
        backend.undo();
        assertComplete(apply(hosts(1, 2)));
        assertExist(hosts(1, 2));
        assertGone(hosts(0, 1));
    }

    @Test
    final void aLaterProcessUndoesWhatAKilledOneLeft() throws Exception {
        apply(hosts(0, 3));
        factory().create(context(journal)).undo();
        assertGone(hosts(0, 3));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    final void aLaterProcessUndoesUnderAnotherInterfaceName() throws Exception {
        apply(hosts(0, 3));
        factory().create(new FakeNetifContext("renamed0", subnet(), journal, this::startVertx)).undo();
        assertGone(hosts(0, 3));
        assertEquals(List.of(), journal.entries());
    }

    @Test
    final void aLaterProcessGoesOnWithWhatAKilledOneLeft() throws Exception {
        apply(hosts(0, 3));
        NetifBackend later = factory().create(context(journal));
        assertComplete(later.apply(request(later, hosts(2, 3))));
        assertExist(hosts(2, 3));
        assertGone(hosts(0, 2));
    }

    @Test
    final void nothingIsChangedThatCouldNotBeJournaled() throws Exception {
        FakeJournal full = FakeJournal.inMemory();
        NetifBackend unable = factory().create(context(full));
        full.breakDown();
        if (alwaysExist()) {
            // Nothing is changed, so nothing needs a journal.
            assertComplete(unable.apply(request(unable, hosts(0, 2))));
            return;
        }
        StageException refused = assertThrows(StageException.class, () -> unable.apply(request(unable, hosts(0, 2))));
        assertFalse(refused.getMessage().isBlank(), "message");
        assertGone(hosts(0, 2));
    }

    @Test
    final void twoThousandAddresses() throws Exception {
        assertComplete(apply(hosts(0, 2000)));
        assertExist(hosts(0, 2000));
        assertComplete(apply(hosts(1000, 2000)));
        assertExist(hosts(1000, 2000));
        assertGone(hosts(0, 1000));
        backend.undo();
        assertGone(hosts(1000, 2000));
    }

    /** Addresses that endpoints may get: {@code count} of them after the first {@code skip}. */
    protected final Set<InetAddress> hosts(int skip, int count) {
        AddressRange range = backend.range();
        return LongStream.range(1, range.subnet().size() - 1)
                .mapToObj(range.subnet()::addressAt)
                .filter(address -> !address.equals(range.gateway()) && !range.reserved().contains(address))
                .skip(skip)
                .limit(count)
                .collect(Collectors.toUnmodifiableSet());
    }

    private NetifReply apply(Set<InetAddress> addresses) throws StageException {
        return backend.apply(request(backend, addresses));
    }

    private static NetifRequest request(NetifBackend backend, Set<InetAddress> addresses) {
        return new NetifRequest(backend.range(), addresses, addresses, Set.of());
    }

    private FakeNetifContext context(FakeJournal ofBackend) {
        return new FakeNetifContext(interfaceName(), subnet(), ofBackend, this::startVertx);
    }

    private Vertx startVertx() {
        vertx = vertx.or(() -> Optional.of(Vertx.vertx()));
        return vertx.get();
    }

    private static void assertComplete(NetifReply reply) {
        assertEquals(NetifReply.complete(), reply);
    }

    private void assertExist(Set<InetAddress> addresses) throws IOException {
        for (InetAddress address : addresses) {
            assertTrue(exists(address), () -> address.getHostAddress() + " should exist");
        }
    }

    private void assertGone(Set<InetAddress> addresses) throws IOException {
        if (!alwaysExist()) {
            for (InetAddress address : addresses) {
                assertFalse(exists(address), () -> address.getHostAddress() + " should not exist");
            }
        }
    }
}
