package io.ngrokd.netif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.contract.netif.FakeNetifContext;
import io.ngrokd.plugin.netif.linux.LinuxBridgeFactory;
import io.ngrokd.plugin.netif.linux.LinuxLoFactory;
import io.ngrokd.plugin.netif.linux.LinuxLoopbackFactory;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is left without CAP_NET_ADMIN. {@link UnprivilegedNetifIT} runs it in a process that lacks it. */
class UnprivilegedSuite {

    private final FakeJournal journal = FakeJournal.inMemory();
    private final FakeNetifContext context = new FakeNetifContext("ngrokd0", Optional.empty(), journal, () -> {
        throw new AssertionError("backends of Linux need no Vert.x");
    });

    @Test
    void interfacesAndAddressesCannotBeAdded() {
        assertEquals("no privilege to make interfaces, which takes root or CAP_NET_ADMIN (EPERM)",
                new LinuxBridgeFactory().probe(context).reason());
        assertEquals("no privilege to add addresses, which takes root or CAP_NET_ADMIN (EPERM)",
                new LinuxLoFactory().probe(context).reason());
        for (NetifBackendFactory factory : List.of(new LinuxBridgeFactory(), new LinuxLoFactory())) {
            NetifBackend backend = factory.create(context);
            StageException refused = assertThrows(StageException.class, () -> backend.apply(request(backend)));
            assertEquals(FailureCode.PERMISSION_DENIED, refused.code());
        }
    }

    @Test
    void undoingNothingNeedsNoPrivilege() throws Exception {
        new LinuxBridgeFactory().create(context).undo();
        new LinuxLoFactory().create(context).undo();
    }

    @Test
    void loopbackWorks() throws Exception {
        assertEquals("lo answers for 127.0.0.0/8 without privilege", new LinuxLoopbackFactory().probe(context).reason());
        NetifBackend backend = new LinuxLoopbackFactory().create(context);
        assertEquals(NetifReply.complete(), backend.apply(request(backend)));
        assertEquals(List.of(), journal.entries());
    }

    private static NetifRequest request(NetifBackend backend) {
        return new NetifRequest(backend.range(), Set.of(backend.range().subnet().addressAt(9)), Set.of(), Set.of());
    }
}
