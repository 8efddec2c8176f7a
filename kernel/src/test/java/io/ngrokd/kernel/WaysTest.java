package io.ngrokd.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.control.About;
import io.ngrokd.kernel.control.Documents;
import io.ngrokd.kernel.control.Traffic;
import io.ngrokd.kernel.data.fixture.TestAuthority;
import io.ngrokd.kernel.status.StatusBoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the config and the files it names come to, and what the status says of it. */
class WaysTest {

    private static final TestAuthority ONE = TestAuthority.root("one");
    private static final TestAuthority TWO = TestAuthority.root("two");

    private final StatusBoard board = new StatusBoard(Clock.systemUTC(), event -> {});
    private final Ways ways = new Ways(board);

    @TempDir
    Path folder;

    @Test
    void theIngressIsVerifiedAlsoWithoutAFolder() throws ConfigException {
        ways.announce(config("server: {ingress_ca: " + folder.resolve("missing") + "}"));
        assertEquals("system roots, 0 extra roots, ngrok's pinned CA", board.read().ways().ingressVerification());
        assertEquals(Map.of(), board.read().warnings());
        assertEquals(Optional.empty(), board.read().ways().proxy());
    }

    @Test
    void skippingWarnsAsLongAsItIsOn() throws ConfigException {
        ways.announce(config("server: {insecure_skip_verify: true}"));
        assertEquals("OFF", board.read().ways().ingressVerification());
        assertTrue(board.read().warnings().get("insecure").contains("not verified"));
        ways.announce(config(""));
        assertEquals(Map.of(), board.read().warnings());
    }

    @Test
    void rootsComeFromAllFilesOfTheFolderAndCountWhenTheyCome() throws Exception {
        DaemonConfig config = config("server: {ingress_ca: " + folder + "}");
        write("a.pem", ONE);
        assertEquals(List.of(ONE.certificate()), ways.ingress(config).extraRoots());
        write("b.crt", TWO);
        Files.writeString(folder.resolve("notes.txt"), "not a certificate");
        assertEquals(List.of(ONE.certificate(), TWO.certificate()), ways.ingress(config).extraRoots());
        assertEquals("system roots, 2 extra roots, ngrok's pinned CA", board.read().ways().ingressVerification());
    }

    @Test
    void aFileThatIsOfNoUseIsSaidAndTheOthersCount() throws Exception {
        DaemonConfig config = config("server: {ingress_ca: " + folder + "}");
        write("a.pem", ONE);
        Path truncated = Files.writeString(folder.resolve("b.pem"), pem(TWO).substring(0, 300));
        Files.writeString(folder.resolve("c.pem"), "");
        assertEquals(List.of(ONE.certificate()), ways.ingress(config).extraRoots());
        String warning = board.read().warnings().get("server.ingress_ca");
        assertTrue(warning.contains(truncated.toString()) && warning.contains("c.pem"), warning);
        Files.delete(truncated);
        Files.delete(folder.resolve("c.pem"));
        ways.ingress(config);
        assertEquals(Map.of(), board.read().warnings());
    }

    @Test
    void rootsForTheApiAreAFileOrAFolderAndOughtToBeThere() throws Exception {
        Path file = write("a.pem", ONE);
        assertEquals(List.of(ONE.certificate()), ways.api(config("api: {ca: " + file + "}")).extraRoots());
        assertEquals(List.of(ONE.certificate()), ways.api(config("api: {ca: " + folder + "}")).extraRoots());
        assertEquals(List.of(), ways.api(config("api: {ca: " + folder.resolve("missing") + "}")).extraRoots());
        assertEquals("api.ca: " + folder.resolve("missing") + " does not exist", board.read().warnings().get("api.ca"));
        assertEquals(List.of(), ways.api(config("")).extraRoots());
        assertEquals(Map.of(), board.read().warnings());
    }

    @Test
    void theProxyInUseIsShownWithoutItsPassword() throws ConfigException {
        ways.announce(config("proxy: {url: 'http://ali:hidden@proxy.example:3128'}"));
        assertEquals(Optional.of("http://***@proxy.example:3128 (proxy.url)"), board.read().ways().proxy());
        String status = documents().status().toString();
        assertTrue(status.contains("\"proxy\":\"http://***@proxy.example:3128 (proxy.url)\""), status);
        assertTrue(status.contains("\"ingress_verification\":\"system roots, "), status);
        assertFalse(status.contains("hidden"), status);
        ways.announce(config("{proxy: {url: 'http://proxy.example:3128', no_proxy: ['*']}}"));
        assertEquals(Optional.empty(), board.read().ways().proxy());
        assertFalse(documents().status().has("proxy"));
    }

    private Documents documents() {
        return new Documents(new About("1", 1, Instant.EPOCH, "c", "s", "t"), board::read,
                key -> Traffic.none(), () -> "https://api.test", () -> "");
    }

    private static DaemonConfig config(String text) throws ConfigException {
        return new ConfigReader(Map.of()).read("c", text);
    }

    private Path write(String name, TestAuthority authority) throws IOException, CertificateEncodingException {
        return Files.writeString(folder.resolve(name), pem(authority));
    }

    private static String pem(TestAuthority authority) throws CertificateEncodingException {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(authority.certificate().getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
