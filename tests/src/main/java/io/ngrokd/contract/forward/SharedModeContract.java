package io.ngrokd.contract.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.event.ForwardReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a {@link io.ngrokd.api.spi.ForwardingMode} of the name {@code shared} must do beyond what all of them must. */
public abstract class SharedModeContract extends ForwardingModeContract {

    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");

    private int startPort = 1;

    @Override
    int startPort() {
        return startPort;
    }

    @Test
    void aListenerMayServeManyEndpoints() throws Exception {
        int port = freePort(ANY);
        Listener listener = new Listener("many", ANY, port, new TreeSet<>(Set.of(
                new EndpointKey("a.example.com", port), new EndpointKey("*.example.com", port), new EndpointKey("b.example.com", port))));
        assertEquals(Map.of("many", wanted(listener)), apply(listener).bound());
        for (int number = 1; number <= 3; number++) {
            assertServes("many", new InetSocketAddress(address(number), port));
        }
        Listener fewer = new Listener("many", ANY, port, new TreeSet<>(Set.of(new EndpointKey("a.example.com", port))));
        try (EchoClient client = new EchoClient(new InetSocketAddress(address(1), port))) {
            assertEquals(Map.of("many", wanted(listener)), apply(fewer).bound());
            assertEquals("not touched", client.echo("not touched"));
        }
    }

    @Test
    void aPortThatIsTakenIsReplacedFromTheStartPortOnAndTakenBack() throws Exception {
        int port = freePorts(ANY, 1);
        startPort = freePorts(ANY, 2, port + 100);
        InetSocketAddress elsewhere = new InetSocketAddress(ANY, startPort + 1);
        Listener listener = listener("one", ANY, port);
        try (ServerSocket _ = occupy(ANY, port)) {
            try (ServerSocket _ = occupy(ANY, startPort)) {
                ForwardReply reply = apply(listener);
                assertEquals(Map.of("one", elsewhere), reply.bound());
                assertEquals(Set.of("one"), reply.remarks().keySet());
                assertTrue(reply.remarks().get("one").startsWith("port " + port + " of 0.0.0.0 is "), reply.remarks()::toString);
                assertServes("one", new InetSocketAddress(address(1), startPort + 1));
            }
            assertEquals(Map.of("one", elsewhere), apply(listener).bound(), "it stays while the port is taken");
        }
        ForwardReply back = apply(listener);
        assertEquals(Map.of("one", wanted(listener)), back.bound());
        assertEquals(Map.of(), back.remarks());
        assertServes("one", new InetSocketAddress(address(1), port));
    }

    @Test
    void aPortOnOneAddressIsInTheWayOfAllAddresses() throws Exception {
        int port = freePort(ANY);
        startPort = freePorts(ANY, 1, port + 100);
        try (ServerSocket _ = occupy(address(1), port)) {
            assertEquals(Map.of("one", new InetSocketAddress(ANY, startPort)), apply(listener("one", ANY, port)).bound());
        }
    }

    @Test
    void portsFromTheStartPortOnAreFollowedByTheNextOnes() throws Exception {
        int port = freePorts(ANY, 2);
        startPort = port - 1000;
        try (ServerSocket _ = occupy(ANY, port)) {
            assertEquals(Map.of("one", new InetSocketAddress(ANY, port + 1)), apply(listener("one", ANY, port)).bound());
        }
    }

    @Test
    void severalListenersWithoutTheirPortsHaveOneEach() throws Exception {
        int first = freePorts(ANY, 2);
        startPort = freePorts(ANY, 3, first + 100);
        Listener wantsAnother = listener("three", ANY, startPort + 1);
        try (ServerSocket _ = occupy(ANY, first); ServerSocket _ = occupy(ANY, first + 1)) {
            Map<String, InetSocketAddress> bound =
                    apply(listener("one", ANY, first), listener("two", ANY, first + 1), wantsAnother).bound();
            assertEquals(wanted(wantsAnother), bound.get("three"));
            assertEquals(Set.of(startPort, startPort + 2), Set.of(bound.get("one").getPort(), bound.get("two").getPort()));
        }
    }
}
