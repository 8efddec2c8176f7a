package io.ngrokd.kernel.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointParserTest {

    private final EndpointParser parser = new EndpointParser(
            new HostRules(Set.of("build-7", "build-7.corp.example", "api.ngrok.com", "kubernetes-binding-ingress.ngrok.io")));

    @ParameterizedTest
    @CsvSource({
        "http://api.myapp,              , api.myapp, 80, HTTP",
        "https://Api.MyApp.,            , api.myapp, 443, HTTPS",
        "tls://db.internal:5433/,       , db.internal, 5433, TLS",
        "tcp://db.internal:5432,        , db.internal, 5432, TCP",
        "api.myapp,                http, api.myapp, 80, HTTP",
        "api.myapp:8080,          https, api.myapp, 8080, HTTPS",
        "https://*.example.com,        , *.example.com, 443, HTTPS",
        "http://under_score.x/path?q#f, , under_score.x, 80, HTTP",
    })
    void readsUrlsAsTheApiWritesThem(String url, String proto, String host, int port, Protocol protocol) {
        Snapshot snapshot = parse(new RemoteEndpoint("ep_1", url, proto == null ? "" : proto, List.of("kubernetes")));
        assertEquals(List.of(), snapshot.refused());
        Endpoint endpoint = snapshot.endpoints().get(new EndpointKey(host, port));
        assertEquals(new Endpoint(new EndpointKey(host, port), protocol, url, List.of("ep_1")), endpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "tcp://db.internal", "ftp://a.b", "a.b", "http://", "http://a..b", "http://a b", "http://a\nb", "http://a\t1.2.3.4",
        "http://.a", "http://-a.b", "http://a-.b", "http://a.*.b", "http://**.b", "http://*", "http://*.", "http://a:0", "http://a:65536",
        "http://a:x", "http://user@a", "http://ä.b", "http://localhost", "http://LOCALHOST:8080", "http://x.localhost", "http://*.localhost",
        "http://wpad", "http://wpad.corp", "http://build-7", "http://BUILD-7.corp.example", "https://api.ngrok.com", "https://*.ngrok.com",
        "tcp://kubernetes-binding-ingress.ngrok.io:443", "http://127.0.0.1", "http://127.1", "http://2130706433", "http://ip6-allnodes",
    })
    void anOddEndpointIsRefusedAloneWithAReason(String url) {
        Snapshot snapshot = parse(
                new RemoteEndpoint("ep_odd", url, "", List.of()), new RemoteEndpoint("ep_fine", "http://fine.example", "", List.of()));
        assertEquals(1, snapshot.endpoints().size(), url);
        assertTrue(snapshot.endpoints().containsKey(new EndpointKey("fine.example", 80)));
        if (!url.contains("#")) {
            assertEquals(url, snapshot.refused().getFirst().url());
        }
        assertTrue(snapshot.refused().getFirst().reason().length() > 5);
    }

    @Test
    void namesThatAreTooLongAreRefused() {
        String label = "a".repeat(63);
        String longest = String.join(".", label, label, label, "a".repeat(61));
        assertEquals(253, longest.length());
        assertEquals(1, parse(new RemoteEndpoint("ep", "http://" + longest, "", List.of())).endpoints().size());
        assertEquals(1, parse(new RemoteEndpoint("ep", "http://" + longest + "a", "", List.of())).refused().size());
        assertEquals(1, parse(new RemoteEndpoint("ep", "http://" + label + "a.b", "", List.of())).refused().size());
    }

    @Test
    void pooledEndpointsAreOne() {
        Snapshot snapshot = parse(
                new RemoteEndpoint("ep_1", "http://a.b", "", List.of()), new RemoteEndpoint("ep_2", "http://a.b:80", "", List.of()));
        assertEquals(List.of("ep_1", "ep_2"), snapshot.endpoints().get(new EndpointKey("a.b", 80)).ids());
    }

    @Test
    void twoProtocolsOnOnePortCannotBothBeServed() {
        Snapshot snapshot = parse(
                new RemoteEndpoint("ep_1", "http://a.b", "", List.of()), new RemoteEndpoint("ep_2", "tcp://a.b:80", "", List.of()));
        assertEquals(Protocol.HTTP, snapshot.endpoints().get(new EndpointKey("a.b", 80)).protocol());
        assertEquals(
                List.of(new Refusal("ep_2", "tcp://a.b:80", "another endpoint (http://a.b) has the same host and port")),
                snapshot.refused());
    }

    private Snapshot parse(RemoteEndpoint... listed) {
        return parser.parse(List.of(listed));
    }
}
