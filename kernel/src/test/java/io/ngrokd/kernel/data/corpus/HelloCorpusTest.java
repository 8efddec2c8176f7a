package io.ngrokd.kernel.data.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.data.fixture.DataPlaneRig;
import io.ngrokd.kernel.data.fixture.FakeIngress.Asked;
import io.vertx.core.net.NetServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every first message of the corpus, all at once and byte by byte, to an endpoint's own listener and to one where
 * endpoints are told apart by name.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HelloCorpusTest {

    private static final String NAMES = "names ";
    private static final List<String> NAMELESS = List.of("names nobody", "incomplete", "raw");

    private final DataPlaneRig rig = new DataPlaneRig();
    private final Endpoint endpoint = new Endpoint();
    private NetServer own;
    private NetServer byName;

    @BeforeAll
    void listen() {
        rig.fake().serve(endpoint::swallow);
        own = rig.listen(DataPlaneRig.route(Protocol.HTTPS, "own.internal", 443));
        byName = rig.listenShared(DataPlaneRig.route(Protocol.TLS, "*.example.com", 443),
                DataPlaneRig.route(Protocol.HTTPS, "exact.example.com", 443));
    }

    @AfterAll
    void leavesNothingBehind() {
        rig.close();
    }

    private static List<CorpusFile> all() {
        return CorpusFile.all("hello", ".hello");
    }

    private static boolean namesSomebody(CorpusFile file) {
        return !NAMELESS.contains(file.verdict());
    }

    @Test
    void thereAreEnoughOfThemAndEachHasAVerdict() {
        List<CorpusFile> nameless = all().stream().filter(file -> !namesSomebody(file)).toList();
        assertTrue(nameless.size() >= 50, () -> nameless.size() + " hostile hellos");
        assertTrue(all().size() - nameless.size() >= 30, () -> all().size() - nameless.size() + " odd but valid ones");
        assertTrue(all().stream().allMatch(file -> !namesSomebody(file) || file.verdict().endsWith(".example.com")));
        assertEquals(List.of(), all().stream().filter(file -> file.hasTwin() == namesSomebody(file)).toList(),
                "each hostile hello, and no other, marks what is wrong with it");
        assertEquals(List.of(), all().stream().filter(file -> !file.why().contains("RFC ")).toList(), "each names its RFC");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void bytesAreNeverAltered(CorpusFile file) throws IOException {
        for (Feed feed : Feed.values()) {
            passes(file + " " + feed, HelloNotation.read(file.chosen()), feed, own, "own.internal");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void theNameIsFoundOrNobodyIsAsked(CorpusFile file) throws IOException {
        for (Feed feed : Feed.values()) {
            byte[] bytes = HelloNotation.read(file.chosen());
            if (namesSomebody(file)) {
                passes(file + " " + feed, bytes, feed, byName, file.verdict().substring(NAMES.length()));
            } else {
                isRefused(file + " " + feed, bytes, feed, file.verdict().equals(NAMES + "nobody"));
                passes("the twin of " + file + " " + feed, HelloNotation.read(file.twin()), feed, byName, "web.example.com");
            }
        }
    }

    private void passes(String name, byte[] bytes, Feed feed, NetServer listener, String host) throws IOException {
        endpoint.forget();
        int before = rig.fake().requests().size();
        try (Socket client = DataPlaneRig.connect(listener)) {
            feed.send(bytes, client);
            client.shutdownOutput();
            assertEquals(-1, client.getInputStream().read(), name);
        }
        List<Asked> asked = rig.fake().requests();
        assertEquals(List.of(new Asked(host, 443)), asked.subList(before, asked.size()), name);
        assertArrayEquals(bytes, endpoint.seen(), name);
    }

    /** With an alert where a ClientHello was seen, without a word where none was or where its end never came. */
    private void isRefused(String name, byte[] bytes, Feed feed, boolean told) throws IOException {
        int before = rig.fake().requests().size();
        try (Socket client = DataPlaneRig.connect(byName)) {
            feed.send(bytes, client);
            client.shutdownOutput();
            String got = HexFormat.of().formatHex(client.getInputStream().readAllBytes());
            boolean right = got.isEmpty() ? !told || name.contains("record-claims") : told && got.matches("15030[123]00020270");
            assertTrue(right, () -> name + " got " + got);
        } catch (SocketException reset) {
            // Bytes that nobody wants to read any more turn a close into a reset.
        }
        assertEquals(before, rig.fake().requests().size(), name);
    }
}
