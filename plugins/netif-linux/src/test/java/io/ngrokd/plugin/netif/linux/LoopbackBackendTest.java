package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoopbackBackendTest {

    private final FakeLinuxNetwork network = new FakeLinuxNetwork();

    @Test
    void changesNothingAndRefusesOnlyWhatIsOutside() throws Exception {
        FakeContext context = FakeContext.with("127.9.0.0/16");
        LoopbackBackend backend = new LoopbackBackend(network.surroundings(), context);
        assertEquals(
                Set.of(InetAddress.ofLiteral("127.8.0.2"), InetAddress.ofLiteral("10.107.0.2")),
                backend.apply(Requests.of(backend, "127.9.0.2", "127.8.0.2", "10.107.0.2")).failed().keySet());
        backend.undo();
        assertEquals(List.of(), network.changes());
        assertEquals(List.of(), context.entries());
        assertEquals("loopback addresses in 127.9.0.0/16", backend.description());
    }

    @Test
    void aLoopbackThatIsDownAnswersForNothing() {
        network.takeLink("lo");
        network.put("lo", "", "", false, 0);
        LoopbackBackend backend = new LoopbackBackend(network.surroundings(), FakeContext.plain());
        assertEquals(
                FailureCode.UNSUPPORTED,
                assertThrows(StageException.class, () -> backend.apply(Requests.of(backend))).code());
    }
}
