package io.ngrokd.kernel.data.http;

import static io.ngrokd.kernel.data.fixture.HttpMessages.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.ngrokd.kernel.data.listen.DataPlaneSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many clients at once that cut, pipeline and pause at random: nobody ever sees what was meant for somebody else. */
class HttpTortureTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int CLIENTS = 24;
    private static final int ROUNDS = 60;
    private static final long SEED = System.nanoTime();

    private final DataPlaneRig rig = new DataPlaneRig(new DataPlaneSettings(LONG, LONG, RelaySettings.defaults(),
            HttpSettings.defaults().with(new PoolSettings(true, Duration.ofMillis(300), 4, 6, Duration.ofMillis(20)))));
    private final NetServer server = rig.listen(DataPlaneRig.route(Protocol.HTTP, "*.internal", 80));
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    @AfterEach
    void leavesNothingBehind() {
        rig.close();
    }

    /** Answers with the request's target and host, in all forms an answer can have, and now and then hangs up. */
    private static FakeIngress.Script echo() {
        return connection -> {
            Random random = new Random();
            InputStream in = connection.tls().getInputStream();
            OutputStream out = connection.tls().getOutputStream();
            try {
                for (String request = HttpMessages.message(in); request != null; request = HttpMessages.message(in)) {
                    if (random.nextInt(40) == 0) {
                        return;
                    }
                    String body = request.split(" ")[1] + "@" + connection.asked().host();
                    int form = random.nextInt(8);
                    String answer = form < 3
                            ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(body.length()) + "\r\n"
                                    + body + "\r\n0\r\nX-Sum: 1\r\n\r\n"
                            : HttpMessages.ok(body);
                    if (form == 7) {
                        answer = answer.replaceFirst("\r\n", "\r\nConnection: close\r\n");
                    }
                    if (request.startsWith("HEAD")) {
                        answer = answer.substring(0, answer.indexOf("\r\n\r\n") + 2) + "X-Body: " + body + "\r\n\r\n";
                    }
                    int cut = random.nextInt(answer.length());
                    out.write(bytes(answer.substring(0, cut)));
                    out.write(bytes(answer.substring(cut)));
                    if (form == 7 || random.nextInt(15) == 0) {
                        return;
                    }
                }
            } catch (IOException reset) {
                // What a client cut off is cut off here as well.
                connection.plain().close();
            }
        };
    }

    @Test
    void nobodySeesTheAnswersOfOthers() throws InterruptedException {
        rig.fake().serve(echo());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            threads.add(Thread.ofVirtual().start(() -> play(client, new Random(SEED + client))));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), List.copyOf(wrong), "seed " + SEED);
        assertTrue(answers.get() > CLIENTS * ROUNDS / 3, answers + " answers, " + refused + " refused");
        assertTrue(rig.fake().accepted() < answers.get(), "streams are shared");
    }

    private void play(int client, Random random) {
        int number = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (Socket socket = DataPlaneRig.connect(server)) {
                int requests = 1 + random.nextInt(3);
                for (int i = 0; i < requests; i++) {
                    if (!exchange(socket, "/" + client + "/" + number++, random)) {
                        break;
                    }
                }
                if (random.nextInt(4) == 0) {
                    socket.setSoLinger(true, 0);
                }
            } catch (IOException cut) {
                refused.incrementAndGet();
            }
        }
    }

    /** False when the connection is over. */
    private boolean exchange(Socket socket, String target, Random random) throws IOException {
        String host = (random.nextBoolean() ? "a" : "b") + ".internal";
        String method = List.of("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "DELETE").get(random.nextInt(7));
        String body = method.equals("POST") ? "Content-Length: 5\r\n\r\nhello" : "\r\n";
        boolean closing = random.nextInt(3) == 0;
        byte[] request = bytes(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n"
                + (closing ? "Connection: close\r\n" : "") + body);
        int cut = random.nextInt(request.length);
        socket.getOutputStream().write(request, 0, cut);
        if (random.nextInt(12) == 0) {
            return false;
        }
        socket.getOutputStream().write(request, cut, request.length - cut);
        if (random.nextInt(12) == 0) {
            return false;
        }
        String head = HttpMessages.head(socket.getInputStream());
        if (head == null) {
            return false;
        }
        if (random.nextInt(20) == 0) {
            return false;
        }
        String answer = method.equals("HEAD") ? head : HttpMessages.body(head, socket.getInputStream());
        if (head.startsWith("HTTP/1.1 502 ")) {
            refused.incrementAndGet();
            return false;
        }
        answers.incrementAndGet();
        boolean right = (answer + "\r\n").contains(target + "@" + host + "\r\n");
        if (!head.startsWith("HTTP/1.1 200 ") || !right) {
            wrong.add(method + " " + target + "@" + host + " got " + head + answer);
        }
        if (random.nextInt(10) == 0) {
            pause(random.nextInt(40));
        }
        return !closing && !head.contains("Connection: close");
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
