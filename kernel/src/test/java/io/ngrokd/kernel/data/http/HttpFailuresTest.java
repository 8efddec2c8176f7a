package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static io.ngrokd.kernel.data.fixture.HttpMessages.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.route.Route;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told when the far end fails before it answers, or answers what is no answer. */
class HttpFailuresTest {

    private static final String GET = HttpAnswersTest.GET;

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Route route = DataPlaneRig.route(Protocol.HTTP, "web.internal", 80);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private Socket connect() {
        return DataPlaneRig.connect(rig.listen(route));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"})
    void answerThatIsNoValidHttpIsABadGateway(String answer) throws IOException {
        rig.fake().serve(HttpAnswersTest.answering(answer));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), got);
            assertTrue(got.contains("\r\nX-Ngrokd-Error: ENDPOINT_FAILED\r\n"), got);
        }
        assertEquals("ENDPOINT_FAILED", route.traffic().lastFailure().orElseThrow().cause());
    }

    @Test
    void endpointThatHangsUpWithoutAnAnswerIsABadGateway() throws IOException {
        rig.fake().serve(connection -> HttpMessages.message(connection.tls().getInputStream()));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            assertTrue(text(client.getInputStream().readAllBytes()).startsWith("HTTP/1.1 502 "));
        }
    }

    @Test
    void answerCutInTheMiddleEndsTheClient() throws IOException {
        rig.fake().serve(connection -> {
            HttpMessages.message(connection.tls().getInputStream());
            connection.tls().getOutputStream().write(bytes("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
        });
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes(GET));
            assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", text(client.getInputStream().readAllBytes()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ERR_NGROK_3200|503|application/json|{\"error\":\"UPGRADE_REFUSED\",\"status\":503",
        "ERR_NGROK_3200|503|text/html,application/xhtml+xml,*/*;q=0.8|<!doctype html>",
        "ERR_NGROK_9001|502|*/*|ngrokd: 502 Bad Gateway",
        "ERR_NGROK_9001|502|application/json;q=0.1, text/html|<!doctype html>"})
    void errorPagesNameEndpointCauseAndCode(String code, int status, String accept, String start) throws IOException {
        rig.fake().answer(FakeIngress.frame(FakeIngress.response("", "", code, "<script>\"gone\"</script>")));
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("GET / HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n"));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 " + status + " "), got);
            assertTrue(got.contains("\r\nX-Ngrokd-Error: UPGRADE_REFUSED\r\n"), got);
            assertTrue(got.contains("\r\nCache-Control: no-store\r\n"), got);
            String body = got.substring(got.indexOf("\r\n\r\n") + 4);
            assertTrue(body.startsWith(start), body);
            assertTrue(body.contains("web.internal:80") && body.contains(code), body);
            assertFalse(start.startsWith("<") && body.contains("<script>"), body);
        }
        assertEquals(List.of("UPGRADE_REFUSED"), route.traffic().lastFailure().map(each -> each.cause()).stream().toList());
    }

    @Test
    void headRequestGetsAnErrorWithoutABody() throws IOException {
        rig.fake().closeInsteadOfAnswer();
        try (Socket client = connect()) {
            client.getOutputStream().write(bytes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"));
            String got = text(client.getInputStream().readAllBytes());
            assertTrue(got.startsWith("HTTP/1.1 502 ") && got.endsWith("\r\n\r\n"), got);
            assertTrue(got.contains("X-Ngrokd-Error: CERTIFICATE_REFUSED"), got);
        }
    }
}
