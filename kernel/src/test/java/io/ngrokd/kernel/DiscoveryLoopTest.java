package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.discovery.KnownEndpoints;
import io.ngrokd.kernel.discovery.NgrokListing;
import io.ngrokd.kernel.discovery.Snapshot;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.ngrok.RemoteEndpoint;
import io.ngrokd.kernel.status.DaemonStatus.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Poll by poll, without the thread. */
class DiscoveryLoopTest {

    @TempDir
    private Path folder;

    private final List<Snapshot> pictures = new ArrayList<>();
    private final List<String> ingresses = new ArrayList<>();
    private KeeperRig rig;
    private DaemonConfig config;
    private DiscoveryLoop loop;

    @BeforeEach
    void start() throws Exception {
        rig = new KeeperRig(folder);
        config = rig.config("");
        loop = loop(rig.keeper);
    }

    private DiscoveryLoop loop(IdentityKeeper keeper) {
        return new DiscoveryLoop(config, keeper, new NgrokListing(rig.ngrok.api(keeper::access)), new KnownEndpoints(file()), rig.board,
                Set.of("box"), pictures::add);
    }

    private Path file() {
        return folder.resolve("endpoints.json");
    }

    /** What a daemon does that is started now. */
    private Duration firstTurnOfTheNextRun() throws Exception {
        pictures.clear();
        return loop(new IdentityKeeper(config, rig.ngrok::api, rig.store, rig.board, "box", (identity, ingress) -> ingresses.add(ingress.toString())))
                .turn();
    }

    private void lastSeen(String api, String operator) {
        new KnownEndpoints(file()).save(new KnownEndpoints.Listing(api, operator, "ingress.example:8443",
                List.of(new RemoteEndpoint("ep_1", "http://web.internal", "http", List.of("kubernetes")))));
    }

    @Test
    void theNextRunServesWhatThisOneSawEvenWhenNgrokIsDown() throws Exception {
        loop.turn();
        lastSeen(rig.ngrok.url().toString(), "k8sop_1");
        rig.ngrok.fail("GET", Fault.text(503, "oops"), Fault.text(503, "oops"));
        firstTurnOfTheNextRun();
        assertEquals(List.of("web.internal:80"), pictures.getFirst().endpoints().keySet().stream().map(EndpointKey::toString).toList());
        assertEquals(1, pictures.size(), "a listing that failed takes nothing away");
        assertEquals("ingress.example:8443", ingresses.getFirst());
        assertTrue(rig.board.read().warnings().containsKey("discovery"));
    }

    @Test
    void ngrokIsAskedBehindItAndHasTheLastWord() throws Exception {
        loop.turn();
        lastSeen(rig.ngrok.url().toString(), "k8sop_1");
        firstTurnOfTheNextRun();
        assertEquals(2, pictures.size());
        assertTrue(pictures.getLast().endpoints().isEmpty());
        firstTurnOfTheNextRun();
        assertTrue(pictures.getFirst().endpoints().isEmpty(), "what ngrok said then is what the next run knows");
    }

    @Test
    void whatAnotherOperatorOrAccountSawIsNotServed() throws Exception {
        loop.turn();
        lastSeen(rig.ngrok.url().toString(), "k8sop_9");
        firstTurnOfTheNextRun();
        assertTrue(pictures.getFirst().endpoints().isEmpty());
        lastSeen("https://api.elsewhere.example", "k8sop_1");
        firstTurnOfTheNextRun();
        assertTrue(pictures.getFirst().endpoints().isEmpty());
    }

    @Test
    void aCorruptFileIsSetAside() throws Exception {
        loop.turn();
        Files.writeString(file(), "{\"api\": ");
        firstTurnOfTheNextRun();
        assertEquals(1, pictures.size());
        assertTrue(Files.exists(folder.resolve("endpoints.json.corrupt-1")));
        assertTrue(Files.readString(file()).contains("k8sop_1"));
    }

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void registersListsAndWaitsForTheInterval() {
        Duration pause = loop.turn();
        assertTrue(pause.compareTo(Duration.ofSeconds(27)) >= 0 && pause.compareTo(Duration.ofSeconds(30)) <= 0, pause.toString());
        assertEquals(1, pictures.size());
        assertEquals(Set.of("k8sop_1"), rig.ngrok.operators().keySet());
    }

    @Test
    void aDeletedOperatorCostsNoPicture() {
        loop.turn();
        rig.ngrok.forgetOperators();
        loop.turn();
        assertEquals(2, pictures.size());
        assertEquals(1, rig.ngrok.operators().size());
        assertTrue(rig.board.read().lastPoll().orElseThrow().error().isEmpty());
    }

    @Test
    void aRecoveryThatFailsIsTriedAgainWithLongerPauses() {
        loop.turn();
        rig.ngrok.forgetOperators();
        rig.ngrok.fail("POST", Fault.text(503, "<html>"), Fault.text(500, "oops"), Fault.lostAnswer());
        Duration first = loop.turn();
        Duration second = loop.turn();
        Duration third = loop.turn();
        assertTrue(first.compareTo(Duration.ofSeconds(1)) >= 0 && second.compareTo(Duration.ofSeconds(2)) >= 0
                && third.compareTo(Duration.ofSeconds(4)) >= 0, first + " " + second + " " + third);
        assertEquals(1, pictures.size(), "what was discovered stays");
        assertTrue(rig.board.read().warnings().containsKey("discovery"));
        loop.turn();
        assertEquals(2, pictures.size());
        assertEquals(1, rig.ngrok.operators().size());
        assertTrue(rig.board.read().warnings().isEmpty());
    }

    @Test
    void aRefusedKeyIsNotHammeredAndSaysTheMend() {
        loop.turn();
        loop.reconfigure(config.withApiKey("revoked"));
        rig.keeper.reconfigure(config.withApiKey("revoked"));
        Duration pause = loop.turn();
        assertTrue(pause.compareTo(Duration.ofSeconds(30)) >= 0, pause.toString());
        for (int i = 0; i < 5; i++) {
            pause = loop.turn();
        }
        assertTrue(pause.compareTo(Duration.ofSeconds(120)) >= 0 && pause.compareTo(Duration.ofSeconds(150)) <= 0, pause.toString());
        String warning = rig.board.read().warnings().get("discovery");
        assertTrue(warning.contains("ERR_NGROK_202") && warning.contains("ngrokctl set-api-key"), warning);
        assertEquals(1, pictures.size());
        rig.keeper.reconfigure(config.withApiKey(FakeNgrok.KEY));
        loop.turn();
        assertEquals(2, pictures.size());
    }

    @Test
    void withoutAKeyNobodyIsAsked() {
        rig.keeper.reconfigure(config.withApiKey(""));
        loop.turn();
        assertEquals(Phase.WAITING_FOR_KEY, rig.board.read().phase());
        assertEquals(List.of(), rig.ngrok.requests());
    }
}
