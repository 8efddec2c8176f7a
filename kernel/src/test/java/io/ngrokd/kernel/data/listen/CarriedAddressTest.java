package io.ngrokd.kernel.data.listen;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress.Asked;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.route.Route;
import io.ngrokd.kernel.data.route.RouteTable;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A listener on all addresses that serves a virtual endpoint's address along with its own. */
class CarriedAddressTest {

    private static final InetAddress OWN = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress VIRTUAL = InetAddress.ofLiteral("127.107.0.2");

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route virtual = DataPlaneRig.route(Protocol.HTTP, "virtual.internal", 80);
    private final Route shared = DataPlaneRig.route(Protocol.HTTP, "shared.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private NetServer listenEverywhere() {
        return DataPlaneRig.await(rig.vertx().createNetServer(new NetServerOptions().setHost("0.0.0.0").setPort(0))
                .connectHandler(socket -> rig.plane().accept(socket, "shared")).listen());
    }

    private RouteTable.Builder table() {
        return RouteTable.builder().add("shared", false, shared).add("virtual", true, virtual);
    }

    private static Socket connect(InetAddress address, NetServer server) throws IOException {
        Socket client = new Socket(address, server.actualPort());
        client.setSoTimeout(60_000);
        return client;
    }

    private static String ask(Socket client, String host) throws IOException {
        client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"));
        return text(client.getInputStream().readAllBytes());
    }

    @Test
    void connectionsToTheVirtualAddressAreTheVirtualEndpointsWhateverTheyAskFor() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        rig.routes().swap(table().carry("virtual", VIRTUAL, "shared").build());
        NetServer server = listenEverywhere();
        try (Socket client = connect(VIRTUAL, server)) {
            assertTrue(ask(client, "10.0.0.1").contains("Host: virtual.internal"));
        }
        try (Socket client = connect(VIRTUAL, server)) {
            assertTrue(ask(client, "shared.internal").contains("Host: virtual.internal"));
        }
        try (Socket client = connect(OWN, server)) {
            assertTrue(ask(client, "shared.internal").contains("Host: shared.internal"));
        }
        try (Socket client = connect(OWN, server)) {
            assertTrue(ask(client, "virtual.internal").startsWith("HTTP/1.1 421 "), "it is not reached by its name on other addresses");
        }
        assertTrue(rig.fake().requests().containsAll(List.of(new Asked("virtual.internal", 80), new Asked("shared.internal", 80))));
    }

    @Test
    void whoHasTheAddressIsAskedWhenItIsDecided() throws IOException {
        rig.fake().serve(HttpMessages.mirror());
        rig.routes().swap(table().build());
        NetServer server = listenEverywhere();
        try (Socket client = connect(VIRTUAL, server)) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: shared.internal\r\n\r\n"));
            String head = HttpMessages.head(client.getInputStream());
            assertTrue(HttpMessages.body(head, client.getInputStream()).contains("Host: shared.internal"));
            rig.routes().swap(table().carry("virtual", VIRTUAL, "shared").build());
            assertTrue(ask(client, "shared.internal").contains("Host: virtual.internal"));
        }
        assertEquals(1, virtual.traffic().totalConnections());
    }
}
