package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.route.Route;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is forwarded, and exactly as what; what is not stands in the corpus. Every case runs over real sockets. */
class HttpRequestsTest {

    private static final String HOST = "web.internal";

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route route = DataPlaneRig.route(Protocol.HTTP, HOST, 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private record Case(String sent, String forwarded) {}

    private static List<Case> validRequests() {
        List<String> methods = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "M-SEARCH", "get", "X!#$%&'*+.^_`|~1");
        List<String> targets = List.of("/", "/a/b?c=d&e=%20", "//x", "/*", "/:80", "/a#b", "/" + "x".repeat(8000), "/\u00e4");
        List<String> bodies = List.of(
                "\r\n",
                "Content-Length: 0\r\n\r\n",
                "content-LENGTH:5 \r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
                "transfer-encoding: Chunked\r\n\r\nA;x=\"y z\"\r\n0123456789\r\n00f;\r\n012345678901234\r\n000\r\nX-Sum: 1\r\nOther:\r\n\r\n");
        List<Case> cases = new ArrayList<>();
        for (String method : methods) {
            for (String target : targets) {
                for (String body : bodies) {
                    String start = method + " " + target + " HTTP/1.1\r\n";
                    String fields = "X-First:\t a  b \t\r\nx-empty:\r\nX-High: \u00ff\u0080\r\nCookie: a=b; c=\"d,e\"\r\n";
                    cases.add(new Case(
                            start + fields + "hOsT:\t127.0.0.1:9 \r\nX-Last: 1\r\n" + body,
                            start + fields + "hOsT: " + HOST + "\r\nX-Last: 1\r\n" + body));
                }
            }
        }
        String many = "X-Many: 1\r\n".repeat(250);
        cases.add(same("GET / HTTP/1.1\r\nHost: $\r\n" + many + "\r\n"));
        cases.add(same("GET / HTTP/1.1\r\nHost: $\r\nX-Long: " + "y".repeat(60_000) + "\r\n\r\n"));
        cases.add(same("OPTIONS * HTTP/1.1\r\nHost: $\r\n\r\n"));
        cases.add(same("GET / HTTP/1.0\r\nHost: $\r\nConnection: keep-alive\r\n\r\n"));
        cases.add(same("POST / HTTP/1.1\r\nHost: $\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi"));
        cases.add(new Case("GET / HTTP/1.1\r\nHost:\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        cases.add(new Case("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        cases.add(new Case("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        cases.add(new Case("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: " + HOST + "\r\nConnection: Keep-Alive\r\n\r\n"));
        for (String absolute : List.of("http://web.internal/p?q", "HTTP://WEB.internal:80/p?q", "http://web.internal./p?q")) {
            cases.add(new Case("GET " + absolute + " HTTP/1.1\r\nHost: Web.Internal\r\nA: b\r\n\r\n",
                    "GET /p?q HTTP/1.1\r\nHost: " + HOST + "\r\nA: b\r\n\r\n"));
        }
        cases.add(new Case("GET http://web.internal HTTP/1.1\r\nHost: web.internal\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        cases.add(new Case("GET http://web.internal?q HTTP/1.1\r\nHost: web.internal\r\n\r\n",
                "GET /?q HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        cases.add(new Case("OPTIONS http://web.internal HTTP/1.1\r\nHost: web.internal\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: " + HOST + "\r\n\r\n"));
        return cases;
    }

    private static Case same(String request) {
        return new Case(request.replace("$", "other.example"), request.replace("$", HOST));
    }

    @Test
    void validRequestsAreForwardedByteForByteButForTheHost() throws IOException {
        rig.fake().serve(keepAliveMirror());
        NetServer server = rig.listen(route);
        try (Socket client = DataPlaneRig.connect(server)) {
            int number = 0;
            for (Case each : validRequests()) {
                if (number++ % 2 == 0) {
                    client.getOutputStream().write(bytes(each.sent()));
                } else {
                    // In two parts that meet somewhere in the head or the body.
                    byte[] all = bytes(each.sent());
                    int cut = number * 37 % all.length;
                    client.getOutputStream().write(all, 0, cut);
                    client.getOutputStream().write(all, cut, all.length - cut);
                }
                String head = HttpMessages.head(client.getInputStream());
                assertTrue(head != null && head.startsWith("HTTP/1.1 200 OK\r\n"), () -> head + " for " + each.sent());
                assertEquals(each.forwarded(), HttpMessages.body(head, client.getInputStream()));
            }
            assertTrue(number > 400);
        }
        assertEquals(1, rig.fake().accepted(), "all went over one connection");
        rig.expectNoScriptFailures();
    }

    @Test
    void validRequestsMayArriveByteByByte() throws IOException {
        rig.fake().serve(keepAliveMirror());
        NetServer server = rig.listen(route);
        try (Socket client = DataPlaneRig.connect(server)) {
            List<Case> cases = validRequests();
            for (int i = 0; i < cases.size(); i += 41) {
                Case each = cases.get(i);
                if (each.sent().length() > 2000) {
                    continue;
                }
                for (byte b : bytes(each.sent())) {
                    client.getOutputStream().write(b);
                }
                assertEquals(each.forwarded(), body(client));
            }
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws IOException {
        rig.fake().serve(keepAliveMirror());
        try (Socket client = DataPlaneRig.connect(rig.listen(route))) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                all.append("POST /").append(i).append(" HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            }
            client.getOutputStream().write(bytes(all.toString()));
            client.shutdownOutput();
            for (int i = 0; i < 300; i++) {
                assertEquals("POST /" + i + " HTTP/1.1\r\nHost: web.internal\r\nContent-Length: 3\r\n\r\nabc", body(client));
            }
            assertEquals(-1, client.getInputStream().read());
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void hostBearsThePortUnlessTheSchemeImpliesIt() throws IOException {
        rig.fake().serve(keepAliveMirror());
        assertEquals("api.internal", hostSeen(DataPlaneRig.route(Protocol.HTTP, "api.internal", 80), "x"));
        assertEquals("api.internal:8080", hostSeen(DataPlaneRig.route(Protocol.HTTP, "api.internal", 8080), "x"));
        assertEquals("api.internal", hostSeen(DataPlaneRig.route(Protocol.HTTPS, "api.internal", 443), "x"));
        assertEquals("api.internal:80", hostSeen(DataPlaneRig.route(Protocol.HTTPS, "api.internal", 80), "x"));
        assertEquals("a.b.internal:81", hostSeen(DataPlaneRig.route(Protocol.HTTP, "*.internal", 81), "A.b.Internal.:81"));
    }

    @Test
    void wildcardIsAskedForByTheNameOfEachRequest() throws IOException {
        rig.fake().serve(keepAliveMirror());
        try (Socket client = DataPlaneRig.connect(rig.listen(DataPlaneRig.route(Protocol.HTTP, "*.internal", 80)))) {
            for (String name : List.of("a.internal", "a.internal", "b.internal")) {
                client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n"));
                assertEquals("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n", body(client));
            }
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: internal\r\n\r\n"));
            assertTrue(HttpMessages.head(client.getInputStream()).startsWith("HTTP/1.1 421 "));
        }
        assertEquals(List.of("a.internal", "b.internal"), rig.fake().requests().stream().map(asked -> asked.host()).toList());
    }

    @Test
    void sharedListenerIsRoutedByHost() throws IOException {
        rig.fake().serve(keepAliveMirror());
        Route exact = DataPlaneRig.route(Protocol.HTTP, "a.b.internal", 80);
        Route longer = DataPlaneRig.route(Protocol.HTTP, "*.b.internal", 80);
        Route shorter = DataPlaneRig.route(Protocol.HTTP, "*.internal", 80);
        try (Socket client = DataPlaneRig.connect(rig.listenShared(shorter, exact, longer))) {
            for (String name : List.of("a.b.internal", "c.b.internal", "x.y.internal")) {
                client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n"));
                body(client);
            }
        }
        assertEquals(List.of(1L, 1L, 1L), List.of(exact.traffic().totalConnections(),
                longer.traffic().totalConnections(), shorter.traffic().totalConnections()));
    }

    private String hostSeen(Route to, String asked) throws IOException {
        try (Socket client = DataPlaneRig.connect(rig.listen(to))) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: " + asked + "\r\n\r\n"));
            String seen = body(client);
            return seen.substring(seen.indexOf("Host: ") + 6, seen.indexOf("\r\n\r\n"));
        }
    }

    private static String body(Socket client) throws IOException {
        return HttpMessages.body(HttpMessages.head(client.getInputStream()), client.getInputStream());
    }

    /** HTTP/1.0 clients want to be told that the connection stays. */
    private static FakeIngress.Script keepAliveMirror() {
        return connection -> {
            var in = connection.tls().getInputStream();
            for (String request = HttpMessages.message(in); request != null; request = HttpMessages.message(in)) {
                connection.tls().getOutputStream().write(bytes("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: "
                        + request.length() + "\r\n\r\n" + request));
            }
        };
    }
}
