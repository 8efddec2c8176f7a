package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.kernel.ngrok.ApiAccess;
import io.ngrokd.kernel.ngrok.ApiTransport;
import io.ngrokd.kernel.ngrok.NgrokApi;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.StringReader;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registration against a server that signs what it is sent, and sometimes something else. */
class RegistrarTest {

    private static final OperatorSettings SETTINGS = new OperatorSettings("a box", "{\"host\":\"box\"}", "global", List.of("true", "false"));

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    private final List<String> deleted = new CopyOnWriteArrayList<>();
    private volatile boolean signAnotherKey;
    private volatile boolean answerNonsense;
    private ApiTransport transport;
    private IdentityStore store;
    private Registrar registrar;

    @BeforeEach
    void start() {
        HttpServer server = vertx.createHttpServer().requestHandler(this::serve).listen(0, "127.0.0.1").await();
        URI url = URI.create("http://127.0.0.1:" + server.actualPort());
        transport = new ApiTransport(vertx, () -> new ApiAccess(url, "key"), "test");
        store = new IdentityStore(folder.resolve("s/operator_id"), folder.resolve("s/tls.crt"), folder.resolve("s/tls.key"));
        registrar = new Registrar(new NgrokApi(transport), store);
    }

    @AfterEach
    void stop() {
        transport.close();
        vertx.close().await();
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
        JsonNode body = requests.getFirst();
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
        assertEquals(List.of(), requests);
    }

    @Test
    void aHalfMadeRegistrationIsDeletedAgain() {
        answerNonsense = true;
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertEquals(List.of("/kubernetes_operators/k8sop_1"), deleted);
        answerNonsense = false;
        signAnotherKey = true;
        assertThrows(IdentityException.class, () -> registrar.register(SETTINGS));
        assertEquals(2, deleted.size());
        assertFalse(Files.exists(folder.resolve("s/operator_id")));
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

    private void serve(HttpServerRequest request) {
        request.bodyHandler(body -> {
            if (request.method().name().equals("DELETE")) {
                deleted.add(request.path());
                request.response().setStatusCode(204).end();
                return;
            }
            try {
                JsonNode json = new ObjectMapper().readTree(body.getBytes());
                requests.add(json);
                String certificate = answerNonsense ? "nonsense" : sign(signAnotherKey
                        ? SubjectPublicKeyInfo.getInstance(Keys.generate().getPublic().getEncoded()) : csr(json).getSubjectPublicKeyInfo());
                request.response().setStatusCode(201).end(new ObjectMapper().writeValueAsString(Map.of(
                        "id", "k8sop_1",
                        "binding", Map.of("cert", Map.of("cert", certificate), "ingress_endpoint", "ingress.example:443"))));
            } catch (Exception failed) {
                request.response().setStatusCode(500).end(failed.toString());
            }
        });
    }

    private static PKCS10CertificationRequest csr(JsonNode body) throws Exception {
        try (PEMParser parser = new PEMParser(new StringReader(body.path("binding").path("csr").asText()))) {
            return (PKCS10CertificationRequest) parser.readObject();
        }
    }

    private static String sign(SubjectPublicKeyInfo key) throws Exception {
        KeyPair authority = Keys.generate();
        Instant now = Instant.now();
        return Keys.pem(new X509v3CertificateBuilder(
                new X500Name("CN=authority"), BigInteger.ONE, Date.from(now.minusSeconds(60)), Date.from(now.plusSeconds(3600)),
                new X500Name("O=ngrokd"), key).build(new JcaContentSignerBuilder("SHA384withECDSA").build(authority.getPrivate())));
    }
}
