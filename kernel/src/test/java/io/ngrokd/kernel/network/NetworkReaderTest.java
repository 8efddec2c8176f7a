package io.ngrokd.kernel.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What this machine has is not known here; that it has a loopback interface is. */
class NetworkReaderTest {

    private static final InetAddress LOCALHOST = InetAddress.ofLiteral("127.0.0.1");

    @Test
    void everyMachineHasALoopbackInterface() {
        LocalNetwork.Interface loopback = loopback(NetworkReader.read("ngrokd0", Optional.empty()));
        assertTrue(loopback.up() && loopback.addresses().contains(LOCALHOST), loopback.toString());
        assertTrue(NetworkReader.exists(loopback.name()));
        assertFalse(NetworkReader.exists("no-such-if"));
    }

    @Test
    void whatIsOursIsLeftOutButForTheAddressThatIsEverybodys() {
        AddressRange range = new AddressRange(Subnet.parse("127.0.0.0/8"), LOCALHOST, Set.of());
        assertEquals(List.of(LOCALHOST), loopback(NetworkReader.read("ngrokd0", Optional.of(range))).addresses());
        String name = loopback(NetworkReader.read("ngrokd0", Optional.empty())).name();
        assertTrue(NetworkReader.read(name, Optional.empty()).named(name).isEmpty());
    }

    private static LocalNetwork.Interface loopback(LocalNetwork network) {
        return network.interfaces().stream().filter(LocalNetwork.Interface::loopback).findFirst().orElseThrow();
    }
}
