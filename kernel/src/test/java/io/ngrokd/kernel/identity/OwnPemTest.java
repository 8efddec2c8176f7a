package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OwnPemTest {

    private static KeyPair keys;
    private static String key;
    private static String certificate;

    @BeforeAll
    static void make() throws Exception {
        try (FakeNgrok ngrok = new FakeNgrok()) {
            keys = Keys.generate();
            key = Keys.keyPem(keys.getPrivate());
            certificate = ngrok.api().register(new OperatorSettings("", "", "global", List.of("true")), Keys.certificateRequest(keys)).certificate();
        }
    }

    @Test
    void whatWeWriteIsReadAsBouncyCastleReadsIt() throws Exception {
        assertEquals(Optional.of(AnyPem.privateKey(key)), OwnPem.privateKey(key));
        assertEquals(Optional.of(AnyPem.privateKey(key)), OwnPem.privateKey(key.replace("\n", "\r\n")));
        assertEquals(Optional.of(AnyPem.certificates(certificate)), OwnPem.certificates(certificate));
        String chain = "subject=O = ngrokd\n" + certificate + "\n" + certificate;
        assertEquals(AnyPem.certificates(chain), OwnPem.certificates(chain).orElseThrow());
    }

    @Test
    void allElseIsLeftToBouncyCastle() throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        for (String other : List.of("", "nonsense", certificate, key + certificate, key.substring(0, key.length() / 2), key.replace("M", ""),
                Keys.publicPem(keys.getPublic()), Keys.keyPem(rsa.generateKeyPair().getPrivate()))) {
            assertEquals(Optional.empty(), OwnPem.privateKey(other), other);
        }
        for (String other : List.of("", "nonsense", key, key + certificate, certificate.replace("M", ""))) {
            assertEquals(Optional.empty(), OwnPem.certificates(other), other);
        }
        assertEquals("RSA", Keys.privateKey(Keys.keyPem(rsa.generateKeyPair().getPrivate())).getAlgorithm());
        assertEquals(1, Keys.certificates(key + certificate).size());
    }
}
