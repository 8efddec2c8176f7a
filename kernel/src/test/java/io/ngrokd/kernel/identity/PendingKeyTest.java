package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Daemons that are killed between a registration's request and its end: each registrar here stands for one. */
class PendingKeyTest {

    private static final OperatorSettings SETTINGS = new OperatorSettings("a box", "{}", "global", List.of("true"));

    @TempDir
    private Path folder;

    private final FakeNgrok ngrok = new FakeNgrok();

    @AfterEach
    void stop() {
        ngrok.close();
    }

    @Test
    void anOperatorWhoseMakerWasKilledIsFoundByTheNext() throws Exception {
        ngrok.fail("POST", Fault.lostAnswer());
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(pending())));
        ngrok.fail("GET", Fault.text(502, "<html>"));
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS), "as long as it is not known, none is made");

        OperatorSettings changed = new OperatorSettings("another box", "{}", "global", List.of("true"));
        Registrar.Registration found = registrar().register(changed);
        assertEquals(Set.of(found.identity().operatorId()), ngrok.operators().keySet());
        assertEquals(1, ngrok.requests("POST").size());
        assertEquals(SETTINGS, found.told(), "it was told what counted then");
        Identity saved = store().load().orElseThrow();
        assertEquals(found.identity().certificate(), saved.certificate());
        assertTrue(Keys.match(saved.key(), saved.certificate()));
        assertFalse(Files.exists(pending()));
    }

    @Test
    void oneThatWasNeverMadeIsMadeWithTheSameKey() throws Exception {
        ngrok.fail("POST", Fault.text(500, "oops"));
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS));
        KeyPair keys = store().pending().load().orElseThrow();
        Identity identity = registrar().register(SETTINGS).identity();
        assertEquals(keys.getPublic(), identity.certificate().getPublicKey());
        assertEquals(1, ngrok.operators().size());
    }

    @Test
    void theKeyIsForgottenWhenAllIsKnown() throws Exception {
        ngrok.fail("POST", Fault.refusal(400, "ERR_NGROK_19002", "bindings are not enabled"));
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS));
        assertFalse(Files.exists(pending()), "refused: nothing was made");
        ngrok.signAnotherKey(true);
        assertThrows(IdentityException.class, () -> registrar().register(SETTINGS));
        assertFalse(Files.exists(pending()), "rolled back");
        ngrok.signAnotherKey(false);
        registrar().register(SETTINGS);
        assertFalse(Files.exists(pending()), "done");
    }

    @Test
    void theKeyStaysWhileTheHalfMadeOperatorCannotBeDeleted() throws Exception {
        ngrok.signAnotherKey(true);
        ngrok.fail("DELETE", Fault.text(503, "later"));
        Registrar registrar = registrar();
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertTrue(Files.exists(pending()));
        ngrok.signAnotherKey(false);
        Identity identity = registrar.register(SETTINGS).identity();
        assertEquals(Set.of(identity.operatorId()), ngrok.operators().keySet());
        assertFalse(Files.exists(pending()));
    }

    @Test
    void aCrashBetweenTheFilesOfAnIdentityLeavesNoOrphan() throws Exception {
        String operator = registrarThatIsKilledBeforeItForgets();
        Files.delete(folder.resolve("operator_id"));
        assertTrue(store().load().isEmpty());
        assertEquals(operator, registrar().register(SETTINGS).identity().operatorId());
        assertEquals(Set.of(operator), ngrok.operators().keySet());
    }

    @Test
    void aCrashAfterAllWasSavedLeavesNoKey() throws Exception {
        String operator = registrarThatIsKilledBeforeItForgets();
        assertEquals(operator, store().load().orElseThrow().operatorId());
        assertFalse(Files.exists(pending()));
    }

    private String registrarThatIsKilledBeforeItForgets() throws Exception {
        ngrok.fail("POST", Fault.lostAnswer());
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS));
        String key = Files.readString(pending());
        String operator = registrar().register(SETTINGS).identity().operatorId();
        Files.writeString(pending(), key);
        return operator;
    }

    @Test
    void theKeyOfARegistrationAnewStaysBesideTheOldIdentity() throws Exception {
        String old = registrar().register(SETTINGS).identity().operatorId();
        ngrok.forgetOperators();
        ngrok.fail("POST", Fault.lostAnswer());
        assertThrows(ApiException.class, () -> registrar().register(SETTINGS));
        assertEquals(old, store().load().orElseThrow().operatorId(), "it goes on serving");
        Identity anew = registrar().register(SETTINGS).identity();
        assertNotEquals(old, anew.operatorId());
        assertEquals(Set.of(anew.operatorId()), ngrok.operators().keySet());
    }

    @Test
    void whatHoldsNoPairOfKeysIsReplaced() throws Exception {
        KeyPair keys = Keys.generate();
        for (String useless : new String[] {"", "nonsense", Keys.keyPem(keys.getPrivate()), Keys.publicPem(keys.getPublic()),
            Keys.keyPem(keys.getPrivate()) + Keys.publicPem(Keys.generate().getPublic()), Keys.keyPairPem(keys).substring(0, 100)}) {
            Files.writeString(pending(), useless);
            assertTrue(store().pending().load().isEmpty(), useless);
        }
        registrar().register(SETTINGS);
        assertEquals(1, ngrok.operators().size());
        assertFalse(Files.exists(pending()));
    }

    @Test
    void nothingIsAskedForWhenTheKeyCannotBeKept() throws Exception {
        Files.createDirectories(pending().resolve("obstacle"));
        IdentityException refused = assertThrows(IdentityException.class, () -> registrar().register(SETTINGS));
        assertTrue(refused.getMessage().contains("pending.key") && refused.getMessage().contains("remove it"), refused.getMessage());
        assertEquals(List.of(), ngrok.requests());
    }

    private Path pending() {
        return folder.resolve("pending.key");
    }

    private IdentityStore store() {
        return new IdentityStore(folder.resolve("operator_id"), folder.resolve("tls.crt"), folder.resolve("tls.key"));
    }

    private Registrar registrar() {
        return new Registrar(ngrok.api(), store());
    }
}
