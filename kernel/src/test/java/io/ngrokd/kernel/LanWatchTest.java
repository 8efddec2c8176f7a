package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.fixture.TestClock;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LanWatchTest {

    private final TestClock wall = new TestClock();
    private final AtomicInteger told = new AtomicInteger();
    private Optional<LocalNetwork> now = Optional.empty();
    private final LanWatch watch = new LanWatch(() -> now, new ClockWatch(wall, () -> 0), told::incrementAndGet);

    @Test
    void aChangeIsToldOnceAndTheBeginningIsNone() {
        watch.look();
        network("192.168.1.5", true);
        watch.look();
        watch.look();
        assertEquals(0, told.get());
        network("192.168.1.6", true);
        watch.look();
        watch.look();
        assertEquals(1, told.get(), "another address");
        network("192.168.1.6", false);
        watch.look();
        assertEquals(2, told.get(), "the interface went down");
        now = Optional.empty();
        watch.look();
        network("192.168.1.6", false);
        watch.look();
        assertEquals(2, told.get(), "what could not be told for a while is no change");
    }

    @Test
    void aMachineThatSleptIsLookedAtAgain() {
        network("192.168.1.5", true);
        watch.look();
        wall.forward(Duration.ofHours(8));
        watch.look();
        assertEquals(1, told.get());
    }

    @Test
    void itLooksEveryTwoSecondsWhereThatIsCheap() {
        network("192.168.1.5", true);
        watch.look();
        assertTrue(watch.look().compareTo(Duration.ofSeconds(2)) >= 0);
    }

    private void network(String address, boolean up) {
        now = Optional.of(new LocalNetwork(List.of(new LocalNetwork.Interface("eth0", up, false, List.of(InetAddress.ofLiteral(address))))));
    }
}
