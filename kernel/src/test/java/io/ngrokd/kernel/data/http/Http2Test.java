package io.ngrokd.kernel.data.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 without TLS and without an upgrade, as gRPC speaks it: from end to end, by real clients and servers. */
class Http2Test {

    private final DataPlaneRig rig = new DataPlaneRig();

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    /** The endpoint is a server of its own that the ingress connects to. */
    private void serveFrom(HttpServer backend) {
        int port = DataPlaneRig.await(backend.listen(0, "127.0.0.1")).actualPort();
        rig.fake().serve(connection -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                Thread back = Thread.ofVirtual().start(() -> {
                    try {
                        socket.getInputStream().transferTo(connection.tls().getOutputStream());
                    } catch (IOException over) {
                        throw new UncheckedIOException(over);
                    }
                });
                connection.tls().getInputStream().transferTo(socket.getOutputStream());
                socket.shutdownOutput();
                back.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
    }

    @Test
    void grpcLikeCallsStreamBothWaysAndEndWithTrailers() throws InterruptedException {
        serveFrom(rig.vertx().createHttpServer().requestHandler(request -> {
            request.response().setChunked(true).putHeader("content-type", "application/grpc");
            request.handler(piece -> request.response().write(Buffer.buffer("echo ").appendBuffer(piece)));
            request.endHandler(end -> request.response()
                    .putTrailer("grpc-status", "0").putTrailer("te-seen", request.getHeader("te")).end());
        }));
        NetServer server = rig.listen(DataPlaneRig.route(Protocol.HTTP, "grpc.internal", 80));
        HttpClient client = rig.vertx().createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        try {
            for (int call = 0; call < 3; call++) {
                HttpClientRequest request = DataPlaneRig.await(
                        client.request(HttpMethod.POST, server.actualPort(), "127.0.0.1", "/svc/Method"));
                request.putHeader("te", "trailers").setChunked(true);
                DataPlaneRig.await(request.write("one"));
                BlockingQueue<String> pieces = new LinkedBlockingQueue<>();
                Promise<Void> ended = Promise.promise();
                HttpClientResponse response = DataPlaneRig.await(request.response().onSuccess(begun -> begun
                        .handler(piece -> pieces.add(piece.toString()))
                        .endHandler(ended::complete)));
                assertEquals(HttpVersion.HTTP_2, response.version());
                assertEquals("echo one", pieces.poll(60, TimeUnit.SECONDS), "before the call has ended");
                DataPlaneRig.await(request.write("two"));
                assertEquals("echo two", pieces.poll(60, TimeUnit.SECONDS));
                DataPlaneRig.await(request.end());
                DataPlaneRig.await(ended.future());
                assertEquals(List.of("0", "trailers"),
                        List.of(response.trailers().get("grpc-status"), response.trailers().get("te-seen")));
            }
        } finally {
            DataPlaneRig.await(client.close());
        }
        assertEquals(1, rig.fake().accepted(), "one connection for all calls");
    }
}
