package io.ngrokd.kernel.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.doctor.Seen.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Hops that need each other, hang and break. */
class WalkTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static Walk walk() {
        return new Walk(LONG, LONG);
    }

    @Test
    void hopsComeInTheOrderOfTheWay() {
        CountDownLatch second = new CountDownLatch(1);
        List<Hop> hops = walk().hop("first", () -> {
            second.await();
            return Seen.ok("late");
        }).hop("second", () -> {
            second.countDown();
            return Seen.ok("early");
        }).seen();
        assertEquals(List.of("first", "second"), hops.stream().map(Hop::name).toList());
    }

    @Test
    void whatNeedsAFailedHopIsSkippedAndTheRestGoesOn() {
        List<Hop> hops = walk()
                .hop("address", () -> Seen.failed("gone", "bring it back"))
                .hop("listener", () -> Seen.ok("never looked at"), "address")
                .hop("hosts", () -> Seen.ok("never looked at"), "listener")
                .hop("ingress", () -> Seen.ok("there"))
                .hop("exchange", () -> Seen.ok("never looked at"), "ingress", "listener").seen();
        assertEquals(List.of(State.FAILED, State.SKIPPED, State.SKIPPED, State.OK, State.SKIPPED), hops.stream().map(hop -> hop.seen().state()).toList());
        assertEquals("'address' failed", hops.get(2).seen().saw(), "the cause is the first one");
    }

    @Test
    void whatIsNotApplicableOrDoubtfulStopsNobody() {
        List<Hop> hops = walk().hop("hosts", () -> Seen.skipped("a wildcard")).hop("doubt", () -> Seen.warning("hm", ""), "hosts")
                .hop("then", () -> Seen.ok("looked at"), "hosts", "doubt").seen();
        assertEquals(State.OK, hops.getLast().seen().state());
    }

    @Test
    void aHopThatHangsFailsAndIsLeft() {
        CountDownLatch never = new CountDownLatch(1);
        List<Hop> hops = new Walk(Duration.ofMillis(50), LONG).hop("hangs", () -> {
            never.await();
            return Seen.ok("");
        }).hop("needs it", () -> Seen.ok(""), "hangs").seen();
        assertEquals(State.FAILED, hops.getFirst().seen().state());
        assertEquals(State.SKIPPED, hops.getLast().seen().state());
    }

    @Test
    void whenTheTimeIsUpTheRestIsSkipped() {
        List<Hop> hops = new Walk(LONG, Duration.ZERO).hop("late", () -> Seen.ok("")).seen();
        assertEquals(State.SKIPPED, hops.getFirst().seen().state());
    }

    @Test
    void aPluginThatBreaksIsSaid() {
        List<Hop> hops = walk().hop("breaks", () -> {
            throw new NoClassDefFoundError("gone");
        }).hop("throws", () -> {
            throw new IllegalStateException("odd");
        }).seen();
        assertTrue(hops.stream().allMatch(hop -> hop.seen().state() == State.FAILED && hop.seen().saw().contains("cannot be looked at")), hops::toString);
    }
}
