package io.ngrokd.plugin.netif.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NetifReply;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LoBackendTest {

    private final FakeLinuxNetwork network = new FakeLinuxNetwork();
    private final FakeContext context = FakeContext.plain();
    private final LoBackend backend = new LoBackend(network.surroundings(), context);

    @Test
    void onlyMarkedAddressesAreItsOwn() throws Exception {
        network.putAddress("lo", "10.107.0.77", 32, "lo");
        network.putAddress("lo", "10.107.0.88", 32, "lo:ngrokd");
        apply("10.107.0.2");
        assertEquals(Set.of("127.0.0.1/8", "10.107.0.77/32", "10.107.0.1/32", "10.107.0.2/32"), network.on("lo"));
        backend.undo();
        assertEquals(Set.of("127.0.0.1/8", "10.107.0.77/32"), network.on("lo"));
        assertEquals(List.of(), context.entries());
    }

    @Test
    void sendsNothingWhenNothingDiffers() throws Exception {
        apply("10.107.0.2");
        network.changes();
        apply("10.107.0.2");
        assertEquals(List.of(), network.changes());
    }

    @Test
    void somebodyElsesAddressIsNotTakenOver() throws Exception {
        network.putAddress("lo", "10.107.0.2", 32, "lo");
        NetifReply reply = apply("10.107.0.2");
        assertEquals(FailureCode.IN_USE, reply.failed().get(InetAddress.ofLiteral("10.107.0.2")).code());
    }

    @Test
    void journalsBeforeItChanges() {
        context.fillUp();
        assertEquals(FailureCode.INPUT_OUTPUT, assertThrows(StageException.class, () -> apply("10.107.0.2")).code());
        assertEquals(List.of(), network.changes());
    }

    @Test
    void aLoopbackThatIsDownIsNotSwitchedOn() {
        network.takeLink("lo");
        network.put("lo", "", "", false, 0);
        assertEquals(FailureCode.UNSUPPORTED, assertThrows(StageException.class, () -> apply("10.107.0.2")).code());
    }

    @Test
    void undoNeedsNoPrivilegeWhenThereIsNothing() throws Exception {
        network.isUnprivileged();
        backend.undo();
        assertEquals(List.of(), network.changes());
    }

    private NetifReply apply(String... addresses) throws StageException {
        return backend.apply(Requests.of(backend, addresses));
    }
}
