package io.ngrokd.kernel.ngrok;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers what a test tells it to. */
class NgrokApiTest {

    private final Vertx vertx = Vertx.vertx();
    private final List<String> seen = new CopyOnWriteArrayList<>();
    private ApiTransport transport;

    @AfterEach
    void close() {
        transport.close();
        vertx.close().await();
    }

    @Test
    void everyRequestSaysWhoWeAreAndWhichVersionWeSpeak() throws ApiException {
        NgrokApi api = api(request -> {
            assertEquals("Bearer the-key", request.getHeader("Authorization"));
            assertEquals("2", request.getHeader("Ngrok-Version"));
            assertEquals("ngrokd-java/test", request.getHeader("User-Agent"));
            answer(request, 200, "{\"id\":\"k8sop_1\",\"binding\":{\"cert\":{\"cert\":\"PEM\"},\"ingress_endpoint\":\"in.example:443\"}}");
        });
        assertEquals(new Operator("k8sop_1", new OperatorSettings("", "", "", List.of()), "PEM", "in.example:443"), api.operator("k8sop_1"));
    }

    /** Answers come on another thread than the question, at times before the question's thread looks for them. */
    @Test
    void quickAnswersAreNotMissed() throws ApiException {
        NgrokApi api = api(request -> answer(request, 200, "{\"id\":\"k8sop_1\"}"));
        for (int i = 0; i < 2000; i++) {
            assertEquals("k8sop_1", api.operator("k8sop_1").id());
        }
    }

    @Test
    void everyAnswerTellsTheTimeUnlessItsDateIsOdd() throws ApiException {
        NgrokApi api = api(request -> {
            seen.add(request.uri());
            List<String> dates = List.of("Sun, 22 Nov 2026 01:02:03 GMT", "yesterday", "");
            request.response().putHeader("Date", dates.get(Math.min(seen.size(), dates.size()) - 1));
            answer(request, seen.size() > 3 ? 500 : 200, "{\"id\":\"k8sop_1\"}");
        });
        List<Instant> times = new CopyOnWriteArrayList<>();
        transport.onTime(times::add);
        for (int i = 0; i < 3; i++) {
            api.operator("k8sop_1");
        }
        assertThrows(ApiException.class, () -> api.operator("k8sop_1"));
        assertEquals(List.of(Instant.parse("2026-11-22T01:02:03Z")), times);
    }

    @Test
    void allPagesAreRead() throws ApiException {
        NgrokApi api = api(request -> {
            seen.add(request.uri());
            boolean first = !request.uri().contains("before_id");
            // The host is another one on purpose: the key must not follow it there.
            answer(request, 200, first
                    ? "{\"endpoints\":[{\"id\":\"ep_2\",\"url\":\"http://b\",\"proto\":\"http\"}],"
                            + "\"next_page_uri\":\"https://elsewhere.example/kubernetes_operators/op/bound_endpoints?before_id=ep_2&limit=100\"}"
                    : "{\"endpoints\":[{\"id\":\"ep_1\",\"public_url\":\"http://a\",\"scheme\":\"http\",\"bindings\":[\"kubernetes\"]}],"
                            + "\"next_page_uri\":null}");
        });
        assertEquals(
                List.of(new RemoteEndpoint("ep_2", "http://b", "http", List.of()),
                        new RemoteEndpoint("ep_1", "http://a", "http", List.of("kubernetes"))),
                api.boundEndpoints("op"));
        assertEquals(
                List.of("/kubernetes_operators/op/bound_endpoints?limit=100", "/kubernetes_operators/op/bound_endpoints?before_id=ep_2&limit=100"),
                seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "", "[]", "null", "<html>proxy</html>", "{\"endpoints\":[{\"id\":", "{\"endpoints\":null}", "{\"endpoints\":{}}"})
    void whatIsNoListIsAFailureAndNotAnEmptyList(String body) {
        NgrokApi api = api(request -> answer(request, 200, body));
        assertThrows(ApiException.class, () -> api.boundEndpoints("op"));
    }

    @Test
    void anEmptyListIsAnEmptyList() throws ApiException {
        assertEquals(List.of(), api(request -> answer(request, 200, "{\"endpoints\":[]}")).boundEndpoints("op"));
    }

    @Test
    void aListingThatNeverEndsIsAFailure() {
        NgrokApi api = api(request -> answer(request, 200,
                "{\"endpoints\":[],\"next_page_uri\":\"http://x/kubernetes_operators/op/bound_endpoints?limit=100\"}"));
        assertTrue(assertThrows(ApiException.class, () -> api.boundEndpoints("op")).getMessage().contains("never ends"));
    }

    @Test
    void errorsAreNgroksOwnWords() {
        NgrokApi api = api(request -> {
            request.response().putHeader("Retry-After", "7");
            answer(request, 429, "{\"error_code\":\"ERR_NGROK_1\",\"status_code\":429,\"msg\":\"Slow down.\","
                    + "\"details\":{\"operation_id\":\"op_9\"}}");
        });
        ApiException failure = assertThrows(ApiException.class, api::endpoints);
        assertEquals("Slow down. (ERR_NGROK_1) [operation op_9]", failure.getMessage());
        assertEquals(429, failure.status());
        assertEquals("ERR_NGROK_1", failure.errorCode());
        assertEquals(Optional.of(Duration.ofSeconds(7)), failure.retryAfter());
    }

    @Test
    void whoIsDeniedAndWhatIsGone() {
        assertTrue(assertThrows(ApiException.class, api(request -> answer(request, 401, "{}"))::endpoints).isDenied());
        assertTrue(assertThrows(ApiException.class, api(request -> answer(request, 403, "no"))::endpoints).isDenied());
        ApiException gone = assertThrows(ApiException.class, () -> api(request -> answer(request, 404, "{}")).boundEndpoints("op"));
        assertTrue(gone.isNotFound());
        assertFalse(gone.isDenied());
    }

    @Test
    void theKeyIsInNoMessage() {
        transport = new ApiTransport(vertx, () -> new ApiAccess(URI.create("http://127.0.0.1:1"), "the-key"), "ngrokd-java/test");
        ApiException failure = assertThrows(ApiException.class, () -> new NgrokApi(transport).endpoints());
        assertTrue(failure.getMessage().startsWith("http://127.0.0.1:1 cannot be reached: "), failure.getMessage());
        assertFalse((failure + " " + failure.getCause()).contains("the-key"));
        assertFalse(new ApiAccess(URI.create("http://x"), "the-key").toString().contains("the-key"));
    }

    private NgrokApi api(Consumer<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer().requestHandler(handler::accept).listen(0, "127.0.0.1").await();
        URI url = URI.create("http://127.0.0.1:" + server.actualPort());
        transport = new ApiTransport(vertx, () -> new ApiAccess(url, "the-key"), "ngrokd-java/test");
        return new NgrokApi(transport);
    }

    private static void answer(HttpServerRequest request, int status, String body) {
        request.response().setStatusCode(status).putHeader("Content-Type", "application/json").end(body);
    }
}
