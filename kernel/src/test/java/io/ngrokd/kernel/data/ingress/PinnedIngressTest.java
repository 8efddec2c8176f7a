package io.ngrokd.kernel.data.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.data.fixture.TestAuthority.Identity;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is taken for ngrok by the pin of an authority, and who is not. */
class PinnedIngressTest {

    private static final TestAuthority ROOT = TestAuthority.root("a root that nobody trusts");
    private static final TestAuthority PINNED = ROOT.intermediate("Intermediate CA");
    private static final TestAuthority STRANGER = TestAuthority.root("stranger");

    private final IngressRig rig = new IngressRig(PINNED.issue("localhost"), IngressRig.patient());

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void sentAndIssuerOfTheServerIsTrusted(String version) throws GeneralSecurityException {
        rig.fake.protocols(version);
        rig.present(PINNED.issue("localhost").below(PINNED.certificate()));
        pin(PINNED.certificate());
        rig.succeed();
    }

    @Test
    void whatElseIsSentDoesNotMatter() throws GeneralSecurityException {
        rig.present(PINNED.issue("localhost").below(STRANGER.certificate(), PINNED.certificate(), ROOT.certificate()));
        pin(PINNED.certificate());
        rig.succeed();
    }

    @Test
    void anAuthorityBelowThePinnedOneIsTrusted() throws GeneralSecurityException {
        rig.present(PINNED.intermediate("deeper").issue("localhost"));
        pin(PINNED.certificate());
        rig.succeed();
    }

    @Test
    void notSentIsRefusedWithTheAdvice() throws GeneralSecurityException {
        rig.present(PINNED.issue("localhost").below());
        pin(PINNED.certificate());
        String message = refused();
        assertTrue(message.contains("/etc/lab-certificates"), message);
        assertTrue(message.contains("CN=Intermediate CA"), message);
        assertTrue(message.contains(PinnedAuthority.of(PINNED.certificate()).sha256()), message);
    }

    @Test
    void sentButNotTheIssuerIsRefused() throws GeneralSecurityException {
        rig.present(STRANGER.issue("localhost").below(PINNED.certificate()));
        pin(PINNED.certificate());
        String message = refused();
        assertTrue(message.contains("was not issued by it"), message);
    }

    @Test
    void aNamesakeOfTheIssuerIsRefused() throws GeneralSecurityException {
        TestAuthority namesake = TestAuthority.root("a root that nobody trusts").intermediate("Intermediate CA");
        rig.present(namesake.issue("localhost").below(PINNED.certificate()));
        pin(PINNED.certificate());
        refused();
    }

    @Test
    void expiredIsRefused() throws GeneralSecurityException {
        TestAuthority expired = ROOT.expiredIntermediate("Intermediate CA");
        rig.present(expired.issue("localhost").below(expired.certificate()));
        pin(expired.certificate());
        String message = refused();
        assertTrue(message.contains("clock"), message);
    }

    @Test
    void expiredServerIsRefused() throws GeneralSecurityException {
        rig.present(PINNED.issueExpired("localhost").below(PINNED.certificate()));
        pin(PINNED.certificate());
        String message = refused();
        assertTrue(message.contains("not valid now"), message);
    }

    @Test
    void wrongHostIsRefused() throws GeneralSecurityException {
        rig.present(PINNED.issue("elsewhere.test").below(PINNED.certificate()));
        pin(PINNED.certificate());
        String message = refused();
        assertTrue(message.contains("localhost"), message);
    }

    @Test
    void whatIsNoAuthorityIsRefused() throws GeneralSecurityException {
        Identity leaf = ROOT.issue("other.test");
        rig.present(STRANGER.issue("localhost").below(leaf.chain().getFirst()));
        pin(leaf.chain().getFirst());
        String message = refused();
        assertTrue(message.contains("not a certificate authority's"), message);
    }

    @Test
    void theServersOwnCertificateIsNotItsAuthority() throws GeneralSecurityException {
        Identity server = STRANGER.issue("localhost");
        rig.present(server.below());
        pin(server.chain().getFirst());
        refused();
    }

    @Test
    void ngroksPinCoversNobodyElse() throws GeneralSecurityException {
        rig.present(PINNED.issue("localhost"));
        rig.trust(IngressTrust.ofNgrok(List.of(), "the folder /etc/lab-certificates (server.ingress_ca)"));
        String message = refused();
        assertTrue(message.contains("O=ngrok Inc, OU=prod, CN=Intermediate CA"), message);
        assertTrue(message.contains("CF:CE:8A:27"), message);
    }

    @Test
    void unverifiedTakesWhomeverForWhatever() throws GeneralSecurityException {
        rig.present(STRANGER.issueExpired("elsewhere.test"));
        rig.trust(IngressTrust.unverified());
        rig.succeed();
    }

    @Test
    void saysWhomItTrusts() {
        assertEquals("system roots, 0 extra roots, ngrok's pinned CA", IngressTrust.ofNgrok(List.of(), "").toString());
        assertEquals("system roots, 1 extra root, ngrok's pinned CA", IngressTrust.ofNgrok(List.of(ROOT.certificate()), "").toString());
        assertEquals("OFF", IngressTrust.unverified().toString());
    }

    @Test
    void aPinIsAWholeFingerprint() {
        assertThrows(IllegalArgumentException.class, () -> new PinnedAuthority("short", "AB:CD"));
        assertEquals(PinnedAuthority.of(ROOT.certificate()),
                new PinnedAuthority(ROOT.certificate().getSubjectX500Principal().toString(),
                        PinnedAuthority.of(ROOT.certificate()).sha256().toLowerCase(Locale.ROOT)));
    }

    private void pin(X509Certificate certificate) throws GeneralSecurityException {
        rig.trust(new IngressTrust(true, false, List.of(), List.of(PinnedAuthority.of(certificate)),
                "the folder /etc/lab-certificates (server.ingress_ca)"));
    }

    private String refused() {
        IngressException failure = rig.fail();
        assertEquals(Cause.TLS_UNTRUSTED, failure.reason(), failure.getMessage());
        return failure.getMessage();
    }
}
