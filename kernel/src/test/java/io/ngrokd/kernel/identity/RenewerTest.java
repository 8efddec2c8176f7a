package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenewerTest {

    @TempDir
    private Path folder;

    private final FakeNgrok ngrok = new FakeNgrok();
    private IdentityStore store;
    private Renewer renewer;
    private Identity old;

    @BeforeEach
    void register() throws Exception {
        NgrokApi api = ngrok.api();
        store = new IdentityStore(folder.resolve("operator_id"), folder.resolve("tls.crt"), folder.resolve("tls.key"));
        renewer = new Renewer(api, store);
        old = new Registrar(api, store).register(new OperatorSettings("", "", "global", List.of("true"))).identity();
    }

    @AfterEach
    void stop() {
        ngrok.close();
    }

    @Test
    void theSameOperatorGetsANewKeyAndCertificate() throws Exception {
        Identity renewed = renewer.renew(old);
        assertEquals(old.certificate(), store.load().orElseThrow().certificate(), "not before it is saved");
        renewer.save();
        assertEquals(old.operatorId(), renewed.operatorId());
        assertNotEquals(old.key(), renewed.key());
        assertNotEquals(old.certificate().getPublicKey(), renewed.certificate().getPublicKey());
        assertEquals(renewed.certificate(), store.load().orElseThrow().certificate());
        assertEquals(renewed.key(), store.load().orElseThrow().key());
        JsonNode body = ngrok.requests("PATCH").getFirst().body();
        assertEquals(List.of("binding"), body.properties().stream().map(Map.Entry::getKey).toList(), "nothing else is changed");
        assertTrue(body.path("binding").path("csr").asText().startsWith("-----BEGIN CERTIFICATE REQUEST-----"));
    }

    @Test
    void anAnswerWithACertificateForAnotherKeyIsNone() throws Exception {
        ngrok.signAnotherKey(true);
        assertTrue(assertThrows(IdentityException.class, () -> renewer.renew(old)).getMessage().contains("another key"));
        renewer.save();
        assertEquals(old.certificate(), store.load().orElseThrow().certificate());
    }

    @Test
    void whateverIsAnsweredInsteadLeavesTheOldPair() throws Exception {
        ngrok.fail("PATCH", Fault.text(500, "oops"), Fault.text(503, "<html>"), Fault.tooMany(7), Fault.text(200, ""), Fault.text(200, "{}"),
                Fault.text(200, "<html>"), Fault.text(200, "{\"id\":\"k8sop_1\",\"binding\":{\"cert\":{\"cert\":\"nonsense\"}}}"),
                Fault.lostAnswer());
        for (int i = 0; i < 8; i++) {
            Exception failed = assertThrows(Exception.class, () -> renewer.renew(old));
            assertTrue(failed instanceof ApiException || failed instanceof IdentityException, failed.toString());
            renewer.save();
            assertEquals(old.certificate(), store.load().orElseThrow().certificate());
        }
        renewer.renew(old);
    }

    @Test
    void whatCannotBeSavedIsSavedLater() throws Exception {
        Path obstacle = Files.createDirectories(folder.resolve("tls.key.new/in-the-way"));
        Identity renewed = renewer.renew(old);
        String message = assertThrows(IdentityException.class, renewer::save).getMessage();
        assertTrue(message.contains("could not be saved") && message.contains(folder.toString()), message);
        Files.delete(obstacle);
        Files.delete(obstacle.getParent());
        renewer.save();
        assertEquals(renewed.certificate(), store.load().orElseThrow().certificate());
    }
}
