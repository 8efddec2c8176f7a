package io.ngrokd.contract.resolver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.Plans;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link DnsStrategy} must do. Extend it in your plugin's tests and return the machine that it works on: a real one
 * where you have it to yourself, else a strict fake of the system's commands and files.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
public abstract class DnsStrategyContract {

    private final FakeJournal journal = FakeJournal.inMemory();
    private ResolverMachine machine;
    private DnsStrategy strategy;
    private String before;

    /** A fresh machine. */
    protected abstract ResolverMachine machine() throws Exception;

    @BeforeEach
    void start() throws Exception {
        machine = machine();
        before = machine.settings();
        strategy = newProcess();
    }

    @AfterEach
    void stop() throws Exception {
        machine.close();
    }

    @Test
    void saysThatItCanWorkAndTheFacts() throws Exception {
        Availability availability = machine.factory().probe(machine.context(journal));
        // It has 2 s, which may be too few on a machine that is busy with other tests.
        for (int attempt = 0; attempt < 20 && !availability.available(); attempt++) {
            Thread.sleep(500);
            availability = machine.factory().probe(machine.context(journal));
        }
        assertTrue(availability.available(), availability.reason());
        assertFalse(availability.reason().isBlank());
        assertEquals(before, machine.settings(), "probing changes nothing");
        assertTrue(machine.factory().name().matches("[a-z0-9]+(-[a-z0-9]+)*"), machine.factory().name());
        assertTrue(machine.factory().rank() <= 100);
    }

    @Test
    void changesNothingBeforeItsFirstRequest() throws Exception {
        String trace = machine.trace();
        newProcess();
        assertFalse(strategy.description().isBlank());
        strategy.upstreams();
        strategy.undo();
        assertEquals(trace, machine.trace());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void routesOurDomainsAndWhatIsBelowThem() throws Exception {
        assertEquals(Set.of(), apply("api.myapp", "wild.example.com").failed().keySet());
        assertOurs("api.myapp", "wild.example.com", "a.wild.example.com", "b.a.wild.example.com");
        if (machine.routesPerDomain()) {
            assertNotOurs("example.com", "other.example.com", "myapp", "notapi.myapp", "xwild.example.com", "example.org");
        }
        assertFalse(strategy.description().isBlank());
    }

    @Test
    void takesTheWholeStateEachTime() throws Exception {
        apply("api.myapp", "web.example.com");
        apply("web.example.com", "new.example.net");
        assertOurs("web.example.com", "new.example.net");
        if (machine.routesPerDomain()) {
            assertNotOurs("api.myapp");
        }
        apply("api.myapp", "web.example.com", "new.example.net");
        assertOurs("api.myapp", "web.example.com", "new.example.net");
    }

    @Test
    void aDomainThatAnotherCoversIsRoutedToo() throws Exception {
        assertEquals(Set.of(), apply("example.com", "api.example.com", "a.b.example.com").failed().keySet());
        assertOurs("example.com", "api.example.com", "a.b.example.com", "c.example.com");
    }

    @Test
    void manyDomainsAreRouted() throws Exception {
        String[] domains = IntStream.range(0, 250).mapToObj("host-%03d.a-rather-long-domain-name.example"::formatted)
                .toArray(String[]::new);
        assertEquals(Set.of(), apply(domains).failed().keySet());
        assertOurs(domains[0], domains[125], domains[249]);
        undoInANewProcess();
    }

    @Test
    void writesNothingWhenNothingChanged() throws Exception {
        apply("api.myapp", "web.example.com");
        String trace = machine.trace();
        apply("web.example.com", "api.myapp");
        strategy.upstreams();
        strategy.description();
        assertEquals(trace, machine.trace());
        strategy = newProcess();
        apply("web.example.com", "api.myapp");
        assertEquals(trace, machine.trace(), "a new process finds the settings as they should be");
        assertOurs("api.myapp");
    }

    @Test
    void aPlanSaysWhatWouldChangeAndChangesNothing() throws Exception {
        PlanRequest<ResolverRequest> asked = PlanRequest.of(new ResolverRequest(machine.server(),
                new TreeSet<>(Set.of("api.myapp", "web.example.com")), machine.interfaceName()));
        String trace = machine.trace();
        Plans.assertSomething(strategy.plan(asked));
        Plans.assertNothing(strategy.plan(PlanRequest.undo()));
        assertEquals(trace, machine.trace());
        assertEquals(List.of(), journal.entries());
        apply("api.myapp", "web.example.com");
        trace = machine.trace();
        Plans.assertNothing(strategy.plan(asked));
        Plans.assertNothing(newProcess().plan(asked));
        Plans.assertSomething(strategy.plan(PlanRequest.undo()));
        assertEquals(trace, machine.trace());
        machine.meddle();
        Plans.assertSomething(strategy.plan(asked));
    }

    @Test
    void noDomainsAreNoSettings() throws Exception {
        apply();
        assertEquals(before, machine.settings());
        apply("api.myapp");
        assertNotEquals(before, machine.settings());
        apply();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void undoLeavesNothing() throws Exception {
        apply("api.myapp", "web.example.com");
        strategy.undo();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
        strategy.undo();
        apply("api.myapp");
        assertOurs("api.myapp");
        strategy.undo();
        assertEquals(before, machine.settings());
    }

    @Test
    void undoesWhatAKilledProcessLeft() throws Exception {
        apply("api.myapp", "web.example.com");
        assertFalse(journal.entries().isEmpty(), "it is in the journal");
        undoInANewProcess();
    }

    @Test
    void undoesWhatAProcessKilledInTheMiddleLeft() throws Exception {
        if (!machine.dieAfter(0)) {
            // Where the death of a process between two changes cannot be played, one change at least is undone by another process.
            apply("api.myapp", "web.example.com");
            undoInANewProcess();
            return;
        }
        int deaths = 0;
        for (boolean died = true; died; deaths++) {
            strategy = newProcess();
            machine.dieAfter(deaths);
            try {
                apply("api.myapp", "web.example.com");
                died = false;
            } catch (ResolverMachine.Death death) {
                assertTrue(deaths < 100, "it does not come to an end");
            }
            machine.dieAfter(Integer.MAX_VALUE);
            undoInANewProcess();
        }
        assertTrue(deaths > 1, "it died nowhere");
    }

    @Test
    void goesOnWhereAKilledProcessWas() throws Exception {
        apply("api.myapp", "web.example.com");
        strategy = newProcess();
        apply("web.example.com", "new.example.net");
        assertOurs("web.example.com", "new.example.net");
        undoInANewProcess();
    }

    @Test
    void nothingIsChangedThatCouldNotBeJournaled() throws Exception {
        journal.breakDown();
        StageException refused = assertThrows(StageException.class, () -> apply("api.myapp"));
        assertSaysWhatToDo(refused);
        assertEquals(before, machine.settings());
    }

    @Test
    void upstreamsAreWhatWasThereBeforeUs() throws Exception {
        assertEquals(machine.originalServers(), strategy.upstreams());
        apply("api.myapp");
        assertEquals(machine.originalServers(), strategy.upstreams());
        assertEquals(machine.originalServers(), newProcess().upstreams(), "in a new process too");
        strategy.undo();
        assertEquals(machine.originalServers(), strategy.upstreams());
    }

    @Test
    void repairsWhatSomebodyElseTookAway() throws Exception {
        apply("api.myapp");
        machine.meddle();
        apply("api.myapp");
        assertOurs("api.myapp");
        assertFalse(strategy.upstreams().contains(machine.server()));
        strategy.undo();
        assertEquals(List.of(), journal.entries());
        assertFalse(machine.asked("api.myapp").contains(machine.server()));
    }

    @Test
    void aFightIsLeftWithAWarningAtLast() throws Exception {
        apply("api.myapp");
        if (!machine.isFoughtOver()) {
            // What takes the settings away here does not do it again: they are repaired, and stay.
            machine.meddle();
            apply("api.myapp");
            assertOurs("api.myapp");
            return;
        }
        for (int round = 0; round < 50; round++) {
            machine.meddle();
            try {
                ResolverReply reply = apply("api.myapp");
                if (reply.warning().isPresent()) {
                    assertFalse(reply.warning().get().isBlank());
                    return;
                }
            } catch (StageException leftAlone) {
                assertSaysWhatToDo(leftAlone);
                return;
            }
        }
        throw new AssertionError("50 rounds, and no word of it");
    }

    @Test
    void aRefusalIsSaidAndTriedAgain() throws Exception {
        machine.refuseChanges();
        StageException refused = assertThrows(StageException.class, () -> apply("api.myapp"));
        assertSaysWhatToDo(refused);
        assertEquals(before, machine.settings());
        machine.allowChanges();
        apply("api.myapp");
        assertOurs("api.myapp");
        machine.refuseChanges();
        assertSaysWhatToDo(assertThrows(StageException.class, strategy::undo));
        assertFalse(journal.entries().isEmpty(), "what could not be undone stays in the journal");
        machine.allowChanges();
        strategy.undo();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
    }

    @Test
    void aServerAtAnotherPortIsAskedThereOrRefused() throws Exception {
        InetSocketAddress other = new InetSocketAddress(machine.server().getAddress(), 5300);
        ResolverRequest request = new ResolverRequest(other, new TreeSet<>(Set.of("api.myapp")), machine.interfaceName());
        if (machine.takesPort(other.getPort())) {
            strategy.apply(request);
            assertEquals(other, machine.asked("api.myapp").getFirst());
            apply("api.myapp");
            assertOurs("api.myapp");
            undoInANewProcess();
        } else {
            StageException refused = assertThrows(StageException.class, () -> strategy.apply(request));
            assertSaysWhatToDo(refused);
            assertTrue(refused.getMessage().contains("5300"), refused.getMessage());
            assertEquals(before, machine.settings());
        }
    }

    @Test
    void withoutAnInterfaceItWorksOrSaysWhyNot() throws Exception {
        ResolverRequest request = new ResolverRequest(machine.server(), new TreeSet<>(Set.of("api.myapp")), Optional.empty());
        try {
            strategy.apply(request);
            assertOurs("api.myapp");
        } catch (StageException refused) {
            assertSaysWhatToDo(refused);
        }
        undoInANewProcess();
    }

    private ResolverReply apply(String... domains) throws StageException {
        return strategy.apply(new ResolverRequest(machine.server(), new TreeSet<>(Set.of(domains)), machine.interfaceName()));
    }

    private DnsStrategy newProcess() {
        return machine.factory().create(machine.context(journal));
    }

    private void undoInANewProcess() throws Exception {
        strategy = newProcess();
        strategy.undo();
        assertEquals(before, machine.settings());
        assertEquals(List.of(), journal.entries());
    }

    private void assertOurs(String... names) throws Exception {
        for (String name : names) {
            assertEquals(machine.server(), machine.asked(name).stream().findFirst().orElse(null), name);
        }
    }

    private void assertNotOurs(String... names) throws Exception {
        for (String name : names) {
            assertFalse(machine.asked(name).contains(machine.server()), () -> name + " is somebody else's");
        }
    }

    private void assertSaysWhatToDo(StageException refused) {
        assertEquals(machine.factory().name(), refused.plugin());
        assertTrue(refused.getMessage().length() > 20, refused.getMessage());
    }
}
