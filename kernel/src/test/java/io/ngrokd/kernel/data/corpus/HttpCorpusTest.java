package io.ngrokd.kernel.data.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.Eventually;
import io.ngrokd.kernel.data.fixture.HttpMessages;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request of the corpus, all at once and byte by byte, through a data plane with real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpCorpusTest {

    private static final String IN_THE_BODY = " in the body";
    private static final String AFTER_A_REQUEST = " after a request";

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Endpoint endpoint = new Endpoint();
    private NetServer server;

    @BeforeAll
    void listen() {
        rig.fake().serve(endpoint::serve);
        server = rig.listen(DataPlaneRig.route(Protocol.HTTP, "web.internal", 80));
    }

    @AfterAll
    void leavesNothingBehind() {
        rig.close();
    }

    private static List<CorpusFile> all() {
        return CorpusFile.all("http", ".http");
    }

    private static boolean isHostile(CorpusFile file) {
        return Character.isDigit(file.verdict().charAt(0));
    }

    private static List<CorpusFile> hostile() {
        return all().stream().filter(HttpCorpusTest::isHostile).toList();
    }

    private static List<CorpusFile> passing() {
        return all().stream().filter(file -> file.verdict().equals("passes")).toList();
    }

    private static List<CorpusFile> raw() {
        return all().stream().filter(file -> file.verdict().equals("raw")).toList();
    }

    @Test
    void thereAreEnoughOfThemAndEachHasAVerdict() {
        assertTrue(hostile().size() >= 200, () -> hostile().size() + " hostile requests");
        assertTrue(passing().size() >= 20 && raw().size() >= 5, () -> passing().size() + " and " + raw().size());
        assertEquals(all().size(), hostile().size() + passing().size() + raw().size(), "every verdict is known");
        assertEquals(List.of(), all().stream().filter(file -> isHostile(file) != file.hasTwin()).toList(),
                "each hostile request, and no other, marks what is wrong with it");
        assertEquals(List.of(), all().stream().filter(HttpCorpusTest::saysTheSameTwice).toList(), "what is forwarded stands there if it differs");
        assertEquals(List.of(), raw().stream().filter(file -> file.forwarded().isPresent()).toList(), "raw is forwarded as it is");
        assertEquals(List.of(), all().stream().filter(file -> !file.why().contains("RFC ")).toList(), "each names its RFC");
    }

    private static boolean saysTheSameTwice(CorpusFile file) {
        return file.forwarded().isPresent()
                && Arrays.equals(HttpNotation.read(file.twin()).bytes(), HttpNotation.read(file.forwarded().get()).bytes());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostile")
    void hostileRequestsAreRefusedAndTheirTwinsAreNot(CorpusFile file) throws IOException {
        HttpNotation.Meaning hostile = HttpNotation.read(file.chosen());
        for (Feed feed : Feed.values()) {
            endpoint.forget();
            refused(file, hostile, feed);
            passes("the twin of " + file, file.twin(), file.forwarded(), feed);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("passing")
    void oddRequestsPassButForWhatIsTheHops(CorpusFile file) throws IOException {
        for (Feed feed : Feed.values()) {
            endpoint.forget();
            passes(file.toString(), file.chosen(), file.forwarded(), feed);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("raw")
    void whatIsNoRequestPassesUnalteredOnAConnectionOfItsOwn(CorpusFile file) throws IOException {
        byte[] bytes = HttpNotation.read(file.chosen()).bytes();
        for (Feed feed : Feed.values()) {
            endpoint.forget();
            int before = rig.fake().requests().size();
            try (Socket client = DataPlaneRig.connect(server)) {
                feed.send(bytes, client);
                client.shutdownOutput();
                client.getInputStream().readAllBytes();
            }
            assertArrayEquals(bytes, endpoint.seen(), () -> file + " forwarded " + HttpNotation.shown(endpoint.seen()));
            assertEquals(before + 1, rig.fake().requests().size());
        }
    }

    private void refused(CorpusFile file, HttpNotation.Meaning hostile, Feed feed) throws IOException {
        String status = file.verdict().substring(0, 3);
        byte[] allowed = Arrays.copyOf(hostile.bytes(), hostile.mark());
        try (Socket client = DataPlaneRig.connect(server)) {
            feed.send(hostile.bytes(), client);
            InputStream in = client.getInputStream();
            if (file.verdict().endsWith(AFTER_A_REQUEST)) {
                String first = HttpMessages.message(in);
                assertTrue(first != null && first.startsWith("HTTP/1.1 200 OK\r\n"), first);
            }
            String answer = HttpMessages.text(in.readAllBytes());
            assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), () -> file + " " + feed + " got " + answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n") && answer.contains("\r\nX-Ngrokd-Error: "), answer);
        }
        if (file.verdict().endsWith(IN_THE_BODY)) {
            // Its head is out, but nobody may take the message for whole: its connection is cut.
            int streams = rig.fake().requests().size();
            Eventually.holds(() -> endpoint.hasSeenTheEndOf(streams), () -> "the endpoint still waits for the rest");
            byte[] seen = endpoint.seen();
            assertTrue(seen.length <= allowed.length && Arrays.equals(seen, Arrays.copyOf(allowed, seen.length)),
                    () -> file + " " + feed + " forwarded " + HttpNotation.shown(seen));
            endpoint.forget();
        } else {
            assertArrayEquals(allowed, endpoint.seen(), () -> file + " " + feed + " forwarded " + HttpNotation.shown(endpoint.seen()));
        }
    }

    /** What the endpoint saw before must be all that it ever gets of the last refused request. */
    private void passes(String name, String text, Optional<String> forwarded, Feed feed) throws IOException {
        byte[] bytes = HttpNotation.read(text).bytes();
        byte[] more = HttpNotation.read(forwarded.orElse(text)).bytes();
        byte[] before = endpoint.seen();
        byte[] expected = Arrays.copyOf(before, before.length + more.length);
        System.arraycopy(more, 0, expected, before.length, more.length);
        try (Socket client = DataPlaneRig.connect(server)) {
            feed.send(bytes, client);
            for (int length = 0; length < expected.length; length = endpoint.seen().length) {
                String answer = HttpMessages.message(client.getInputStream());
                assertTrue(answer != null && answer.startsWith("HTTP/1.1 200 OK\r\n"), () -> name + " " + feed + " got " + answer);
            }
        }
        assertArrayEquals(expected, endpoint.seen(), () -> name + " " + feed + " forwarded " + HttpNotation.shown(endpoint.seen()));
    }
}
