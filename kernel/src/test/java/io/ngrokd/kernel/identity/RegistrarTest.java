package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.fixture.Fault;
import io.ngrokd.kernel.ngrok.ApiException;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registration against an ngrok that signs what it is sent, and sometimes something else. */
class RegistrarTest {

    private static final OperatorSettings SETTINGS = new OperatorSettings("a box", "{\"host\":\"box\"}", "global", List.of("true", "false"));

    @TempDir
    private Path folder;

    private final FakeNgrok ngrok = new FakeNgrok();
    private IdentityStore store;
    private Registrar registrar;

    @BeforeEach
    void start() {
        store = new IdentityStore(folder.resolve("s/operator_id"), folder.resolve("s/tls.crt"), folder.resolve("s/tls.key"));
        registrar = new Registrar(ngrok.api(), store);
    }

    @AfterEach
    void stop() {
        ngrok.close();
    }

    @Test
    void aRegistrationIsSavedAndFoundAgain() throws Exception {
        Registrar.Registration registration = registrar.register(SETTINGS);
        assertEquals("k8sop_1", registration.identity().operatorId());
        assertEquals("ingress.example:443", registration.ingressEndpoint());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("s/tls.key"))));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("s/tls.crt"))));
        assertEquals("k8sop_1", Files.readString(folder.resolve("s/operator_id")), "bare text, as the Go daemon writes it");
        Identity found = store.load().orElseThrow();
        assertEquals(registration.identity().certificate(), found.certificate());
        assertEquals(registration.identity().key(), found.key());
        assertFalse(found.toString().contains("PRIVATE"));
    }

    @Test
    void theRequestIsWhatNgrokAccepts() throws Exception {
        registrar.register(SETTINGS);
        JsonNode body = ngrok.requests().getFirst().body();
        assertEquals(List.of("bindings"), List.of(body.path("enabled_features").path(0).asText()));
        assertEquals("global", body.path("region").asText());
        assertEquals("a box", body.path("description").asText());
        assertEquals("{\"host\":\"box\"}", body.path("metadata").asText());
        assertEquals("[\"true\",\"false\"]", body.path("binding").path("endpoint_selectors").toString());
        PKCS10CertificationRequest csr = csr(body);
        assertTrue(csr.isSignatureValid(new JcaContentVerifierProviderBuilder().build(csr.getSubjectPublicKeyInfo())));
        assertEquals("1.2.840.10045.4.3.3", csr.getSignatureAlgorithm().getAlgorithm().getId(), "ECDSA with SHA-384");
        assertEquals(0, csr.getSubject().getRDNs(BCStyle.CN).length, "no common name");
        assertEquals(1, csr.getSubject().getRDNs(BCStyle.O).length);
    }

    @Test
    void nothingIsRegisteredWhenNothingCouldBeSaved() throws Exception {
        Files.writeString(folder.resolve("s"), "a file where the folder should be");
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertEquals(List.of(), ngrok.requests());
    }

    @Test
    void aHalfMadeRegistrationIsDeletedAgain() {
        ngrok.signAnotherKey(true);
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertEquals(1, ngrok.requests("DELETE").size());
        assertEquals(Set.of(), ngrok.operators().keySet());
        assertFalse(Files.exists(folder.resolve("s/operator_id")));
    }

    @Test
    void oneThatCannotBeDeletedIsDeletedBeforeTheNextIsMade() throws Exception {
        ngrok.signAnotherKey(true);
        ngrok.fail("DELETE", Fault.text(503, "later"), Fault.text(503, "later"));
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertThrows(ApiException.class, () -> registrar.register(SETTINGS));
        assertEquals(1, ngrok.requests("POST").size(), "one is enough");
        ngrok.signAnotherKey(false);
        Identity identity = registrar.register(SETTINGS).identity();
        assertEquals(Set.of(identity.operatorId()), ngrok.operators().keySet());
    }

    @Test
    void aRegistrationWhoseAnswerWasLostIsFoundAgain() throws Exception {
        ngrok.fail("POST", Fault.lostAnswer());
        assertThrows(ApiException.class, () -> registrar.register(SETTINGS));
        assertEquals(1, ngrok.operators().size());
        ngrok.fail("GET", Fault.text(502, "<html>"));
        assertThrows(ApiException.class, () -> registrar.register(SETTINGS), "as long as it is not known, none is made");
        Identity identity = registrar.register(SETTINGS).identity();
        assertEquals(Set.of(identity.operatorId()), ngrok.operators().keySet());
        assertEquals(identity.certificate(), store.load().orElseThrow().certificate());
    }

    @Test
    void oneThatWasNeverMadeIsMadeWithTheNextTry() throws Exception {
        ngrok.fail("POST", Fault.text(500, "oops"), Fault.refusal(400, "ERR_NGROK_19002", "bindings are not enabled"));
        assertThrows(ApiException.class, () -> registrar.register(SETTINGS));
        ApiException refused = assertThrows(ApiException.class, () -> registrar.register(SETTINGS));
        assertTrue(refused.messageWithAdvice().contains("bindings are not enabled (ERR_NGROK_19002)")
                && refused.messageWithAdvice().contains("have them enabled"), refused.messageWithAdvice());
        registrar.register(SETTINGS);
        assertEquals(1, ngrok.operators().size());
    }

    @Test
    void filesThatDoNotBelongTogetherAreRefusedWithTheMend() throws Exception {
        registrar.register(SETTINGS);
        Files.writeString(folder.resolve("s/tls.key"), Keys.keyPem(Keys.generate().getPrivate()));
        IdentityException refused = assertThrows(IdentityException.class, store::load);
        assertTrue(refused.getMessage().contains("is not for the key") && refused.getMessage().contains("register anew"), refused.getMessage());
        Files.writeString(folder.resolve("s/tls.key"), "-----BEGIN EC PRIVATE KEY-----\nMIGk");
        assertTrue(assertThrows(IdentityException.class, store::load).getMessage().contains("tls.key cannot be used"));
    }

    @Test
    void anIncompleteIdentityIsNone() throws Exception {
        assertEquals(Optional.empty(), store.load());
        registrar.register(SETTINGS);
        Files.delete(folder.resolve("s/operator_id"));
        assertEquals(Optional.empty(), store.load());
    }

    @Test
    void theKeyFormsOfGoAndOpensslAreReadToo() throws Exception {
        assertEquals("EC", Keys.privateKey("""
                -----BEGIN EC PARAMETERS-----
                BgUrgQQAIg==
                -----END EC PARAMETERS-----
                -----BEGIN EC PRIVATE KEY-----
                MIGkAgEBBDA1xjPwDdxUp6Jqsv5jAdrQOsRG/FuG5HCR7KhFk5AZQ41w9uUNzq10
                M2vny1TsTyOgBwYFK4EEACKhZANiAAQtKNZml+1XMwBcPqiamcNgAhTp7tX2hfUw
                VE4veQvBLsU6oCN+++hSK0GGW1QOX8wOTBrJKnTWcYUWGPY3lSfq0vTpZeKJpXiZ
                O77JUcmv8hCLd/eiUOMcxPAEGUodVFE=
                -----END EC PRIVATE KEY-----
                """).getAlgorithm());
    }

    private static PKCS10CertificationRequest csr(JsonNode body) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(body.path("binding").path("csr").asText()))) {
            return (PKCS10CertificationRequest) parser.readObject();
        }
    }
}
