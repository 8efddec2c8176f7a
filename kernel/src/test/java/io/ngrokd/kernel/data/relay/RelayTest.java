package io.ngrokd.kernel.data.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.route.Route;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RelayTest {

    private static final int MANY = 100 * 1024 * 1024;

    private final DataPlaneRig rig = new DataPlaneRig(new DataPlaneSettings(
            Duration.ofSeconds(60), Duration.ofSeconds(60),
            new RelaySettings(Duration.ZERO, Duration.ofMinutes(5), Duration.ofSeconds(1)), HttpSettings.defaults()));
    private final Route route = DataPlaneRig.route(Protocol.TCP, "db.internal", 5432);

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    private Socket connect() {
        return DataPlaneRig.connect(rig.listen(route));
    }

    @Test
    void clientMayFinishFirstAndStillBeAnswered() throws IOException {
        rig.fake().serve(connection -> {
            byte[] question = connection.tls().getInputStream().readAllBytes();
            connection.tls().getOutputStream().write(("you said " + new String(question, US_ASCII)).getBytes(US_ASCII));
            connection.tls().getOutputStream().write(new byte[300_000]);
        });
        try (Socket client = connect()) {
            client.getOutputStream().write("all there is".getBytes(US_ASCII));
            client.shutdownOutput();
            byte[] answer = client.getInputStream().readAllBytes();
            assertEquals(300_021, answer.length);
            assertEquals("you said all there is", new String(answer, 0, 21, US_ASCII));
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void endpointMayFinishFirstAndStillListen() throws Exception {
        CompletableFuture<byte[]> heard = new CompletableFuture<>();
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write("goodbye".getBytes(US_ASCII));
            connection.tls().shutdownOutput();
            heard.complete(connection.tls().getInputStream().readAllBytes());
        });
        try (Socket client = connect()) {
            assertEquals("goodbye", new String(client.getInputStream().readAllBytes(), US_ASCII));
            byte[] late = new byte[200_000];
            new Random(1).nextBytes(late);
            client.getOutputStream().write(late);
            client.shutdownOutput();
            assertArrayEquals(late, heard.get(60, TimeUnit.SECONDS));
        }
        rig.expectNoScriptFailures();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void everythingArrivesWhenTheEndpointCloses(String version) throws IOException {
        rig.fake().protocols(version).serve(connection -> connection.tls().getOutputStream().write(new byte[3_000_000]));
        try (Socket client = connect()) {
            assertEquals(3_000_000, client.getInputStream().readAllBytes().length);
        }
        rig.expectNoScriptFailures();
    }

    @Test
    void streamCutWithoutCloseNotifyEndsForTheClient() throws IOException {
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write("half".getBytes(US_ASCII));
            connection.plain().shutdownOutput();
            assertEquals(-1, connection.tls().getInputStream().read());
        });
        try (Socket client = connect()) {
            assertEquals("half", new String(client.getInputStream().readAllBytes(), US_ASCII));
        }
    }

    @Test
    void hundredMegabytesGoBothWaysAtOnce() throws Exception {
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        rig.fake().serve(connection -> {
            Thread writer = Thread.ofVirtual().start(() -> send(connection.tls()::getOutputStream, 2));
            received.complete(digest(connection.tls().getInputStream()));
            join(writer);
        });
        try (Socket client = connect()) {
            Thread writer = Thread.ofPlatform().start(() -> send(client::getOutputStream, 1));
            assertArrayEquals(digestOf(2), digest(client.getInputStream()));
            assertArrayEquals(digestOf(1), received.get(180, TimeUnit.SECONDS));
            join(writer);
        }
        assertEquals(MANY, route.traffic().bytesFromClients());
        assertEquals(MANY, route.traffic().bytesToClients());
        rig.expectNoScriptFailures();
    }

    @Test
    void readerThatStallsStopsTheWriter() throws Exception {
        AtomicLong written = new AtomicLong();
        rig.fake().serve(connection -> {
            byte[] block = new byte[64 * 1024];
            while (written.get() < 4L * MANY) {
                connection.tls().getOutputStream().write(block);
                written.addAndGet(block.length);
            }
        });
        try (Socket client = connect()) {
            AtomicLong before = new AtomicLong(-1);
            Eventually.holds(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get() && quiet(written),
                    () -> "the writer never stopped");
            // What is left is the kernel's buffers of two connections; ours are a fraction of a megabyte.
            assertTrue(written.get() < MANY / 2, () -> written + " bytes were taken from the writer");
            client.setSoLinger(true, 0);
        }
    }

    @Test
    void resetOfTheClientReachesTheEndpoint() throws Exception {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write(1);
            try {
                end.complete(connection.tls().getInputStream().read() == -1);
            } catch (SocketException reset) {
                end.complete(false);
            }
        });
        try (Socket client = connect()) {
            assertEquals(1, client.getInputStream().read());
            client.setSoLinger(true, 0);
        }
        assertEquals(false, end.get(60, TimeUnit.SECONDS), "the endpoint saw an orderly end");
    }

    /** With Java's selectors nobody hears of it before something is written. */
    @Test
    void resetBehindTheClientsEndReachesTheEndpoint() throws Exception {
        if (!rig.vertx().isNativeTransportEnabled()) {
            return;
        }
        CompletableFuture<Integer> end = new CompletableFuture<>();
        CompletableFuture<Boolean> cut = new CompletableFuture<>();
        rig.fake().serve(connection -> {
            end.complete(connection.tls().getInputStream().read());
            try {
                cut.complete(connection.plain().getInputStream().read() == -1);
            } catch (SocketException reset) {
                cut.complete(true);
            }
        });
        try (Socket client = connect()) {
            client.shutdownOutput();
            assertEquals(-1, end.get(60, TimeUnit.SECONDS));
            client.setSoLinger(true, 0);
        }
        assertEquals(true, cut.get(60, TimeUnit.SECONDS));
    }

    @Test
    void resetOfTheEndpointReachesTheClient() throws IOException {
        rig.fake().serve(connection -> {
            connection.tls().getOutputStream().write(1);
            assertEquals(2, connection.tls().getInputStream().read());
            connection.reset();
        });
        try (Socket client = connect()) {
            assertEquals(1, client.getInputStream().read());
            client.getOutputStream().write(2);
            assertThrows(SocketException.class, () -> client.getInputStream().read());
        }
    }

    @Test
    void bytesBehindTheBindingAnswerBelongToTheStream() throws IOException {
        byte[] greeting = "220 ready, and in one write with the answer\r\n".getBytes(US_ASCII);
        rig.fake().behindAnswer(greeting).serve(connection ->
                connection.tls().getInputStream().transferTo(connection.tls().getOutputStream()));
        try (Socket client = connect()) {
            assertArrayEquals(greeting, client.getInputStream().readNBytes(greeting.length));
            client.getOutputStream().write(greeting);
            assertArrayEquals(greeting, client.getInputStream().readNBytes(greeting.length));
        }
    }

    @Test
    void endpointThatHangsUpRightBehindTheAnswerIsAnOrderlyEnd() throws IOException {
        rig.fake().behindAnswer("bye".getBytes(US_ASCII)).serve(connection -> {});
        for (int i = 0; i < 20; i++) {
            try (Socket client = connect()) {
                assertEquals("bye", new String(client.getInputStream().readAllBytes(), US_ASCII));
            }
        }
    }

    private static boolean quiet(AtomicLong counter) {
        long before = counter.get();
        for (int i = 0; i < 20; i++) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
            if (counter.get() != before) {
                return false;
            }
        }
        return true;
    }

    private interface Output {
        OutputStream get() throws IOException;
    }

    private static void send(Output output, long seed) {
        try {
            Random random = new Random(seed);
            byte[] block = new byte[1024 * 1024];
            for (int sent = 0; sent < MANY; sent += block.length) {
                random.nextBytes(block);
                output.get().write(block);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static byte[] digest(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] block = new byte[64 * 1024];
        long left = MANY;
        while (left > 0) {
            int count = in.read(block, 0, (int) Math.min(left, block.length));
            assertTrue(count > 0, "the stream ended early");
            digest.update(block, 0, count);
            left -= count;
        }
        return digest.digest();
    }

    private static byte[] digestOf(long seed) {
        MessageDigest digest = sha256();
        Random random = new Random(seed);
        byte[] block = new byte[1024 * 1024];
        for (int sent = 0; sent < MANY; sent += block.length) {
            random.nextBytes(block);
            digest.update(block);
        }
        return digest.digest();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(Duration.ofSeconds(180));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
