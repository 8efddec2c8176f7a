package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.identity.Identity;
import io.ngrokd.kernel.identity.IdentityException;
import io.ngrokd.kernel.ngrok.ApiException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityKeeperTest {

    @TempDir
    private Path folder;

    private KeeperRig rig;
    private FakeNgrok ngrok;
    private IdentityKeeper keeper;

    @BeforeEach
    void start() throws Exception {
        use(new KeeperRig(folder));
    }

    private void use(KeeperRig made) {
        stop();
        rig = made;
        ngrok = made.ngrok;
        keeper = made.keeper;
    }

    @AfterEach
    void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void manyWhoAskAtOnceGetOneRegistration() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> ids = IntStream.range(0, 20).mapToObj(i -> threads.submit(keeper::ensure)).toList();
            for (Future<String> id : ids) {
                assertEquals("k8sop_1", id.get());
            }
        }
        assertEquals(1, ngrok.requests("POST").size());
        assertEquals(Set.of("k8sop_1"), ngrok.operators().keySet());
        assertEquals(Optional.of("k8sop_1"), rig.board.read().operatorId());
    }

    @Test
    void theRegistrationSaysWhoWeAre() throws Exception {
        keeper.ensure();
        JsonNode body = ngrok.requests("POST").getFirst().body();
        assertEquals("ngrokd on box", body.path("description").asText());
        assertEquals("{\"product\":\"ngrokd\",\"version\":\"" + Version.current() + "\",\"host\":\"box\"}", body.path("metadata").asText());
        assertEquals("global", body.path("region").asText());
        assertEquals("[\"true\"]", body.path("binding").path("endpoint_selectors").toString());
    }

    @Test
    void theRegistrationSaysWhatTheConfigSays() throws Exception {
        use(new KeeperRig(folder, """
                registration: {description: "The box in the cellar", metadata: '{"team":"x"}', region: eu}
                bound_endpoints: {selectors: ["endpoint.url == 'x'"]}
                """));
        keeper.ensure();
        JsonNode body = ngrok.requests("POST").getFirst().body();
        assertEquals("The box in the cellar", body.path("description").asText());
        assertEquals("{\"team\":\"x\"}", body.path("metadata").asText());
        assertEquals("eu", body.path("region").asText());
        assertEquals("[\"endpoint.url == 'x'\"]", body.path("binding").path("endpoint_selectors").toString());
    }

    @Test
    void aMachineNameOfAnyLengthFits() throws Exception {
        DefaultSettings settings = new DefaultSettings("1", "\u00fc".repeat(200));
        String description = settings.completedBy(rig.config("").registration(), List.of("true")).description();
        assertTrue(description.getBytes(StandardCharsets.UTF_8).length <= 255, description);
        assertTrue(description.endsWith("\u00fc"), description);
    }

    @Test
    void whatAnotherDaemonLeftIsTakenOver() throws Exception {
        keeper.ensure();
        Identity before = rig.inUse();
        IdentityKeeper next = new IdentityKeeper(rig.config(""), ngrok::api, rig.store, rig.board, "box", (identity, ingress) -> rig.used.add(identity));
        assertEquals("k8sop_1", next.ensure());
        assertEquals(before.certificate(), rig.inUse().certificate());
        assertEquals(1, ngrok.requests("POST").size());
        assertEquals(0, ngrok.requests("PATCH").size(), "nothing differs");
    }

    @Test
    void whatDiffersAtTheStartOrChangesLaterIsToldToNgrok() throws Exception {
        keeper.ensure();
        IdentityKeeper next = new IdentityKeeper(rig.config("bound_endpoints: {selectors: ['false']}\n"), ngrok::api, rig.store, rig.board, "box",
                (identity, ingress) -> rig.used.add(identity));
        next.ensure();
        assertEquals("{\"binding\":{\"endpoint_selectors\":[\"false\"]}}", ngrok.requests("PATCH").getLast().body().toString());
        next.reconfigure(rig.config("bound_endpoints: {selectors: ['false']}\nregistration: {description: other, region: us}\n"));
        next.ensure();
        next.ensure();
        assertEquals("{\"description\":\"other\"}", ngrok.requests("PATCH").getLast().body().toString());
        assertEquals(2, ngrok.requests("PATCH").size());
    }

    @Test
    void selectorsThatNgrokRefusesAreReportedOnceAndTheOldOnesCount() throws Exception {
        keeper.ensure();
        ngrok.fail("PATCH", Fault.refusal(400, "ERR_NGROK_9302", "that is no CEL"));
        keeper.reconfigure(rig.config("bound_endpoints: {selectors: ['endpoint.']}\n"));
        assertEquals("k8sop_1", keeper.ensure());
        keeper.ensure();
        assertEquals(1, ngrok.requests("PATCH").size());
        assertTrue(rig.board.read().warnings().get("registration").contains("that is no CEL (ERR_NGROK_9302)"));
        keeper.reconfigure(rig.config(""));
        keeper.ensure();
        assertFalse(rig.board.read().warnings().containsKey("registration"));
    }

    @Test
    void selectorsThatCouldNotBeToldAreToldWithTheNextTurn() throws Exception {
        keeper.ensure();
        ngrok.fail("PATCH", Fault.text(503, "later"), Fault.tooMany(1));
        keeper.reconfigure(rig.config("bound_endpoints: {selectors: ['false']}\n"));
        keeper.ensure();
        keeper.ensure();
        keeper.ensure();
        keeper.ensure();
        assertEquals(3, ngrok.requests("PATCH").size());
        assertEquals("[\"false\"]", ngrok.operators().get("k8sop_1").path("binding").path("endpoint_selectors").toString());
    }

    @Test
    void aDeletedOperatorIsRegisteredAnewOnceHoweverManyNotice() throws Exception {
        keeper.ensure();
        ngrok.forgetOperators();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Optional<String>>> anew = IntStream.range(0, 10).mapToObj(i -> threads.submit(() -> keeper.recover("k8sop_1"))).toList();
            String operator = anew.getFirst().get().orElseThrow();
            assertNotEquals("k8sop_1", operator);
            for (Future<Optional<String>> answer : anew) {
                assertEquals(operator, answer.get().orElseThrow());
            }
            assertEquals(Set.of(operator), ngrok.operators().keySet());
            assertEquals(operator, rig.inUse().operatorId());
            assertEquals(operator, Files.readString(folder.resolve("operator_id")));
        }
    }

    @Test
    void onlyTheApisOwnWordCountsForADeletedOperator() throws Exception {
        keeper.ensure();
        assertEquals(Optional.empty(), keeper.recover("k8sop_1"));
        ngrok.fail("GET", Fault.text(404, "<html>nothing here</html>"));
        assertThrows(ApiException.class, () -> keeper.recover("k8sop_1"));
        assertEquals(1, ngrok.requests("POST").size());
    }

    @Test
    void recoveryThatFailsIsTriedAgainAndLeavesNoOrphans() throws Exception {
        keeper.ensure();
        Identity before = rig.inUse();
        ngrok.forgetOperators();
        ngrok.fail("POST", Fault.text(500, "oops"), Fault.tooMany(3), Fault.text(201, "{}"), Fault.lostAnswer());
        for (int i = 0; i < 4; i++) {
            assertThrows(ApiException.class, () -> keeper.recover("k8sop_1"));
            assertEquals(before, rig.inUse(), "what serves goes on serving");
        }
        String operator = keeper.recover("k8sop_1").orElseThrow();
        assertEquals(Set.of(operator), ngrok.operators().keySet());
    }

    @Test
    void anOperatorThatAKilledDaemonMadeIsTakenOverAndToldWhatChangedSince() throws Exception {
        ngrok.fail("POST", Fault.lostAnswer());
        assertThrows(ApiException.class, keeper::ensure);
        IdentityKeeper next = new IdentityKeeper(rig.config("bound_endpoints: {selectors: ['false']}\n"), ngrok::api, rig.store, rig.board, "box",
                (identity, ingress) -> rig.used.add(identity));
        assertEquals("k8sop_1", next.ensure());
        assertEquals(1, ngrok.requests("POST").size());
        assertEquals("[\"false\"]", ngrok.operators().get("k8sop_1").path("binding").path("endpoint_selectors").toString());
    }

    @Test
    void aRenewalIsUsedAtOnceAndSaved() throws Exception {
        keeper.ensure();
        Identity before = rig.inUse();
        IdentityKeeper.Renewed renewed = keeper.renew();
        assertNotEquals(before.certificate(), rig.inUse().certificate());
        assertEquals(rig.inUse().certificate(), rig.store.load().orElseThrow().certificate());
        assertEquals(Optional.empty(), renewed.notSaved());
        keeper.ensure();
        assertEquals(rig.store.load().orElseThrow().certificate(), rig.inUse().certificate(), "polls do not bring the old one back");
    }

    @Test
    void renewingADeletedOperatorRegistersAnew() throws Exception {
        keeper.ensure();
        ngrok.forgetOperators();
        keeper.renew();
        assertEquals(Set.of(rig.inUse().operatorId()), ngrok.operators().keySet());
        assertNotEquals("k8sop_1", rig.inUse().operatorId());
    }

    @Test
    void pollsGoOnWhileTheApiDoesNotAnswerARenewal() throws Exception {
        keeper.ensure();
        ngrok.fail("PATCH", Fault.silence());
        Thread renewal = Thread.ofVirtual().start(() -> assertThrows(ApiException.class, keeper::renew));
        while (ngrok.requests("PATCH").isEmpty()) {
            Thread.sleep(10);
        }
        // Were the two to wait for each other, this would last as long as the silence.
        assertEquals("k8sop_1", keeper.ensure());
        assertEquals("k8sop_1", rig.board.read().operatorId().orElseThrow());
        assertTrue(renewal.isAlive());
        ngrok.close();
        renewal.join();
    }

    @Test
    void aGoodKeyRegistersAtOnceAndAWrongOneIsRefusedInNgroksWords() throws Exception {
        use(new KeeperRig(folder, "  key: wrong\n"));
        ApiException refused = assertThrows(ApiException.class, keeper::ensure);
        assertTrue(refused.messageWithAdvice().contains("not a valid API key. (ERR_NGROK_202)")
                && refused.messageWithAdvice().contains("ngrokctl set-api-key"), refused.messageWithAdvice());
        assertThrows(ApiException.class, () -> keeper.tryKey("also-wrong"));
        assertEquals("wrong", keeper.access().key());
        IdentityKeeper.KeyTrial good = keeper.tryKey(FakeNgrok.KEY);
        assertEquals(new IdentityKeeper.KeyTrial(true, "API key set; registered as k8sop_1"), good);
        assertEquals(FakeNgrok.KEY, keeper.access().key());
        assertEquals(Set.of("k8sop_1"), ngrok.operators().keySet());
    }

    @Test
    void aWrongKeyOnARunningDaemonChangesNothing() throws Exception {
        keeper.ensure();
        Identity before = rig.inUse();
        assertTrue(assertThrows(ApiException.class, () -> keeper.tryKey("wrong")).isDenied());
        assertEquals(FakeNgrok.KEY, keeper.access().key());
        keeper.ensure();
        assertEquals(before, rig.inUse());
    }

    @Test
    void aKeyOfAnotherAccountRegistersThere() throws Exception {
        keeper.ensure();
        ngrok.forgetOperators();
        IdentityKeeper.KeyTrial trial = keeper.tryKey(FakeNgrok.KEY);
        assertTrue(trial.registered() && trial.message().contains(rig.inUse().operatorId()), trial.message());
        assertEquals(Set.of(rig.inUse().operatorId()), ngrok.operators().keySet());
    }

    @Test
    void bindingsThatAreNotEnabledAreExplainedAndTheKeyIsKept() throws Exception {
        ngrok.fail("POST", Fault.refusal(400, "ERR_NGROK_19002", "Your account may not use bindings."));
        IdentityKeeper.KeyTrial trial = keeper.tryKey(FakeNgrok.KEY);
        assertFalse(trial.registered());
        assertTrue(trial.message().contains("Your account may not use bindings. (ERR_NGROK_19002)") && trial.message().contains("enabled"),
                trial.message());
        assertEquals(FakeNgrok.KEY, keeper.access().key());
    }

    @Test
    void nothingIsRegisteredAsLongAsNothingCanBeSaved() throws Exception {
        Path obstacle = Files.writeString(folder.resolve("file"), "where a folder should be");
        use(new KeeperRig(obstacle));
        IdentityException refused = assertThrows(IdentityException.class, keeper::ensure);
        assertTrue(refused.getMessage().contains("registration waits until it can be written"), refused.getMessage());
        assertEquals(0, ngrok.requests().size());
        Files.delete(obstacle);
        assertEquals("k8sop_1", keeper.ensure());
    }
}
