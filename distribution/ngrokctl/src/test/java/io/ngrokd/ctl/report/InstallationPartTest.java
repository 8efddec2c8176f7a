package io.ngrokd.ctl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationPartTest {

    @TempDir
    private Path folder;

    private final Findings findings = new Findings();
    private InstallationPart installation;

    @BeforeEach
    void install() {
        installation = new InstallationPart(findings, folder, folder.resolve("config.yml"));
    }

    private void configSaysWhereTheStateIs() {
        findings.add("config.json", "", "{\"settings\":[{\"key\":\"server.state_dir\",\"value\":\"" + folder + "\"}]}");
    }

    private String text(String name) {
        return new String(findings.text(name).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void aDaemonThatHangsIsAskedForItsThreadsByJava() throws IOException {
        configSaysWhereTheStateIs();
        Files.writeString(folder.resolve("ngrokd.lock"), ProcessHandle.current().pid() + "\n");
        installation.threadsOfOneThatHangs();
        assertTrue(text("threads.txt").contains("aDaemonThatHangsIsAskedForItsThreadsByJava"), findings.gaps()::toString);
    }

    @Test
    void whatHindersThatIsSaid() throws IOException {
        installation.threadsOfOneThatHangs();
        assertTrue(findings.gaps().getFirst().reason().contains("not known where"), findings.gaps()::toString);
        configSaysWhereTheStateIs();
        installation.threadsOfOneThatHangs();
        assertTrue(findings.gaps().getLast().reason().contains("there is no"), findings.gaps()::toString);
        Files.writeString(folder.resolve("ngrokd.lock"), "none\n");
        installation.threadsOfOneThatHangs();
        assertTrue(findings.gaps().getLast().reason().contains("no process has the number"), findings.gaps()::toString);
    }

    /** A stand-in for bin/ngrokd. */
    private void daemonProgram(String script) throws IOException {
        Path program = Files.writeString(Files.createDirectories(folder.resolve("bin")).resolve("ngrokd"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void theConfigIsReadByTheDaemonsOwnReader() throws IOException {
        Files.writeString(folder.resolve("config.yml"), "");
        daemonProgram("echo \"{\\\"arguments\\\": \\\"$*\\\"}\"");
        installation.config();
        assertEquals("{\"arguments\": \"config show --json --config=" + folder.resolve("config.yml") + "\"}\n", text("config.json"));
    }

    @Test
    void aConfigThatCannotBeReadSaysWhy() throws IOException {
        daemonProgram("echo 'c.yml:1:1: unknown key' >&2; exit 1");
        installation.config();
        assertEquals("c.yml:1:1: unknown key\n", text("config-problems.txt"));
        assertFalse(findings.has("config.json"));
    }

    @Test
    void keysAreListedAndNotPacked() throws IOException {
        configSaysWhereTheStateIs();
        Files.writeString(folder.resolve("tls.key"), "secret");
        Files.writeString(folder.resolve("ip_mappings.json"), "{}");
        installation.state();
        assertTrue(text("state.txt").contains("tls.key") && text("state.txt").contains("ip_mappings.json"), () -> text("state.txt"));
        assertEquals("{}", text("state/ip_mappings.json"));
        assertFalse(findings.has("state/tls.key"));
    }
}
