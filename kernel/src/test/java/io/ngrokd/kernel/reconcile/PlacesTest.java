package io.ngrokd.kernel.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final LocalNetwork NETWORK = new LocalNetwork(List.of(
            new LocalNetwork.Interface("lo", true, true, addresses("127.0.0.1")),
            new LocalNetwork.Interface("enp0s1", true, false, addresses("192.168.1.200", "192.168.1.5")),
            new LocalNetwork.Interface("wlan0", false, false, addresses("192.168.7.7")),
            new LocalNetwork.Interface("tun0", true, false, List.of())));
    private static final String THERE_ARE =
            "there are: lo (127.0.0.1), enp0s1 (192.168.1.200, 192.168.1.5), wlan0 (down), tun0 (no IPv4 address)";

    @Test
    void virtualIsVirtual() {
        assertEquals(new Place.Virtual(), find("virtual"));
    }

    @Test
    void allAddressesAndThoseOfThisMachineAreTakenAsTheyAre() {
        for (String address : List.of("0.0.0.0", "192.168.1.5", "127.0.0.1", "127.3.2.1")) {
            assertEquals(new Place.Shared(InetAddress.ofLiteral(address)), find(address));
        }
    }

    @Test
    void anInterfaceIsItsFirstAddress() {
        assertEquals(new Place.Shared(InetAddress.ofLiteral("192.168.1.200")), find("enp0s1"));
    }

    @Test
    void aWrongNameListsTheRightOnes() {
        assertEquals("net.listen_interface: 'eth0' is neither 'virtual' nor an IP address nor an interface of this machine; " + THERE_ARE
                + "; it is tried again when the network changes", reason("eth0"));
    }

    @Test
    void anAddressThatThisMachineHasNotIsSaid() {
        assertTrue(reason("192.168.1.9").contains("'192.168.1.9' is no address of this machine; " + THERE_ARE), reason("192.168.1.9"));
        assertTrue(reason("192.168.7.7").contains("is no address of this machine"), "its interface is down");
    }

    @Test
    void anInterfaceThatCannotBeListenedOnIsSaid() {
        assertTrue(reason("tun0").contains("'tun0' is an interface without an IPv4 address"), reason("tun0"));
        assertTrue(reason("wlan0").contains("'wlan0' is an interface that is down"), reason("wlan0"));
        assertTrue(reason("::").contains("is an IPv6 address"), reason("::"));
    }

    @Test
    void othersReachThisMachineAtAddressesThatAreUpAndNoLoopback() {
        assertEquals(addresses("192.168.1.200", "192.168.1.5"), NETWORK.lanAddresses());
    }

    private static Place find(String where) {
        return new Places(NETWORK).find(where, "net.listen_interface");
    }

    private static String reason(String where) {
        return assertInstanceOf(Place.Nowhere.class, find(where)).reason().message();
    }

    private static List<InetAddress> addresses(String... texts) {
        return Stream.of(texts).map(InetAddress::ofLiteral).toList();
    }
}
