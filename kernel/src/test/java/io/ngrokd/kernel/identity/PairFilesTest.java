package io.ngrokd.kernel.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.kernel.fixture.FakeNgrok;
import io.ngrokd.kernel.ngrok.OperatorSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pair is replaced, the machine dies in between, and there is a pair that works. */
class PairFilesTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static Material old;
    private static Material renewed;
    private static Material older;

    @TempDir
    private Path folder;

    private Path key;
    private Path certificate;
    private PairFiles files;

    private record Material(String key, String certificate) {}

    @BeforeAll
    static void makePairs() throws Exception {
        try (FakeNgrok ngrok = new FakeNgrok()) {
            older = pair(ngrok, NOW.minus(Duration.ofDays(80)));
            old = pair(ngrok, NOW);
            renewed = pair(ngrok, NOW.plus(Duration.ofDays(60)));
        }
    }

    private static Material pair(FakeNgrok ngrok, Instant from) throws Exception {
        ngrok.signs(Clock.fixed(from, ZoneOffset.UTC), Duration.ofDays(90));
        KeyPair keys = Keys.generate();
        OperatorSettings settings = new OperatorSettings("", "", "global", List.of("true"));
        return new Material(Keys.keyPem(keys.getPrivate()), ngrok.api().register(settings, Keys.certificateRequest(keys)).certificate());
    }

    @BeforeEach
    void putTheOldPair() throws IOException {
        key = Files.writeString(folder.resolve("tls.key"), old.key());
        certificate = Files.writeString(folder.resolve("tls.crt"), old.certificate());
        files = new PairFiles(key, certificate);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aCrashAfterAnyStepLeavesAPairThatWorks(int stepsDone) throws Exception {
        for (PairFiles.Step step : files.replacement(renewed.key(), renewed.certificate()).subList(0, stepsDone)) {
            step.run();
        }
        PairFiles.Pair found = files.load();
        assertTrue(found.matches());
        assertIs(stepsDone < 2 ? old : renewed, found);
        // The folder is in order again, and the next start finds the same.
        assertEquals(Set.of("tls.crt", "tls.key"), names());
        assertEquals((stepsDone < 2 ? old : renewed).key(), Files.readString(key));
        assertIs(stepsDone < 2 ? old : renewed, files.load());
    }

    static Stream<List<String>> halfWritten() {
        List<String> states = List.of("absent", "whole", "cut", "empty");
        return states.stream().flatMap(freshKey -> states.stream().map(freshCertificate -> List.of(freshKey, freshCertificate)));
    }

    /** A file system that reorders writes may leave more than our own steps do. */
    @ParameterizedTest
    @MethodSource("halfWritten")
    void whateverStandsBesideAPairThatWorksDoesNotBreakIt(List<String> states) throws Exception {
        put(folder.resolve("tls.key.new"), renewed.key(), states.getFirst());
        put(folder.resolve("tls.crt.new"), renewed.certificate(), states.getLast());
        PairFiles.Pair found = files.load();
        assertTrue(found.matches());
        assertIs(states.equals(List.of("whole", "whole")) ? renewed : old, found);
        assertEquals(Set.of("tls.crt", "tls.key"), names());
    }

    @Test
    void leftoversOlderThanThePairAreDropped() throws Exception {
        put(folder.resolve("tls.key.new"), older.key(), "whole");
        put(folder.resolve("tls.crt.new"), older.certificate(), "whole");
        assertIs(old, files.load());
        assertEquals(Set.of("tls.crt", "tls.key"), names());
    }

    @Test
    void aReplacementThatCannotBeFinishedIsUsedAllTheSame() throws Exception {
        Files.writeString(key, renewed.key());
        Files.writeString(folder.resolve("tls.crt.new"), renewed.certificate());
        Files.delete(certificate);
        // A folder where the file should be: renaming onto it fails, as in a folder that is read-only.
        Files.createDirectories(certificate.resolve("in-the-way"));
        assertIs(renewed, files.load());
    }

    @Test
    void aReplacementThatCannotBeWrittenLeavesTheOldPairAlone() throws Exception {
        Files.createDirectories(folder.resolve("tls.crt.new/in-the-way"));
        assertThrows(IOException.class, () -> files.replace(renewed.key(), renewed.certificate()));
        assertEquals(old.key(), Files.readString(key));
        assertEquals(old.certificate(), Files.readString(certificate));
        assertFalse(Files.exists(folder.resolve("tls.key.new")), "no key is left lying around");
    }

    @Test
    void modesAndSymbolicLinksStay() throws Exception {
        Path real = Files.createDirectory(folder.resolve("real"));
        Files.move(key, real.resolve("k"));
        Files.createSymbolicLink(key, real.resolve("k"));
        files.replace(renewed.key(), renewed.certificate());
        assertTrue(Files.isSymbolicLink(key));
        assertEquals(renewed.key(), Files.readString(real.resolve("k")));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(certificate)));
        assertIs(renewed, files.load());
    }

    @Test
    void aPairThatDoesNotMatchIsRefusedWithTheMend() throws Exception {
        Files.writeString(key, older.key());
        String message = assertThrows(IdentityException.class, files::load).getMessage();
        assertTrue(message.contains("is not for the key") && message.contains("register anew"), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "empty", "garbage"})
    void damagedFilesAreNamedWithTheMendAndWithoutTheirContent(String damage) throws Exception {
        put(key, old.key(), damage);
        assertDamaged("tls.key");
        put(key, old.key(), "whole");
        put(certificate, old.certificate(), damage);
        assertDamaged("tls.crt");
    }

    private void assertDamaged(String file) {
        IdentityException refused = assertThrows(IdentityException.class, files::load);
        assertTrue(refused.getMessage().contains(file + " cannot be used") && refused.getMessage().contains("put back a good one"),
                refused.getMessage());
        old.key().lines().filter(line -> !line.startsWith("-")).forEach(line -> {
            for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
                assertFalse(String.valueOf(cause.getMessage()).contains(line.substring(0, Math.min(16, line.length()))), "a part of the key");
            }
        });
    }

    private static void put(Path file, String text, String state) throws IOException {
        switch (state) {
            case "whole" -> Files.writeString(file, text);
            case "cut" -> Files.writeString(file, text.substring(0, text.length() / 2));
            case "garbage" -> Files.writeString(file, text.substring(0, 40) + "!\0" + text.substring(41));
            case "empty" -> Files.writeString(file, "");
            default -> Files.deleteIfExists(file);
        }
    }

    private static void assertIs(Material expected, PairFiles.Pair found) throws Exception {
        assertEquals(Keys.certificates(expected.certificate()), found.chain());
        assertEquals(Keys.privateKey(expected.key()), found.key());
    }

    private Set<String> names() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
