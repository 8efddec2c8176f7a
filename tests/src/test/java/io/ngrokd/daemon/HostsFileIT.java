package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Foreign lines survive byte for byte, whatever the file is. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostsFileIT {

    private static final String FIRST = "http://first.demo";
    private static final String SECOND = "http://second.demo";

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;
    private Path file;
    private int count;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(HostsFileIT.class);
        cloud = Cloud.start(machine);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void serveOne() throws Exception {
        cloud.serves(FIRST);
        daemon = machine.daemon("daemon" + ++count).of(cloud);
        file = daemon.folder().resolve("hosts");
        daemon.environment("NGROKD_HOSTS_PATH", file.toString());
    }

    @AfterEach
    void end() throws Exception {
        daemon.stop();
    }

    @Test
    void theManagedSectionIsSortedAndOfTheGoDaemonsForm() throws Exception {
        cloud.serves(SECOND, FIRST);
        Files.writeString(file, "127.0.0.1\tlocalhost\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        daemon.start().awaitServed(FIRST, SECOND);
        assertEquals("127.0.0.1\tlocalhost\n" + section("\n", FIRST, SECOND), Machine.text(file).replace("\n\n", "\n"));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)), "the mode is kept");
        assertFalse(Machine.text(machine.hosts()).contains("first.demo"), "NGROKD_HOSTS_PATH counts instead of the system's");
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws Exception {
        Files.writeString(file, "127.0.0.1\tlocalhost\n");
        daemon.start().awaitServed(FIRST);
        Object before = Files.readAttributes(file, "unix:ino,lastModifiedTime,ctime");
        Thread.sleep(3000);
        assertEquals(before.toString(), Files.readAttributes(file, "unix:ino,lastModifiedTime,ctime").toString(), "three polls later");
    }

    @Test
    void foreignLinesSurviveByteForByte() throws Exception {
        for (String foreign : new String[] {"127.0.0.1\tlocalhost\r\n10.0.0.1  a b\r\n\r\n", "127.0.0.1 localhost\n# no final newline",
            "", "\ufeff127.0.0.1 localhost\n\t # odd\n\n\n" + "x".repeat(1 << 20) + "\n"}) {
            Files.writeString(file, foreign);
            daemon.start().awaitServed(FIRST);
            String during = Machine.text(file);
            assertTrue(during.startsWith(foreign) && during.contains("first.demo"), () -> "foreign lines first, then ours");
            if (foreign.contains("\r\n")) {
                assertFalse(during.replace("\r\n", "").contains("\n"), "our lines end like theirs");
            }
            assertEquals(0, daemon.terminate());
            assertEquals(foreign, Machine.text(file));
        }
    }

    @Test
    void editsOfOthersAreKeptAndOursRepaired() throws Exception {
        Files.writeString(file, "127.0.0.1\tlocalhost\n");
        daemon.start().awaitServed(FIRST);
        String whole = Machine.text(file);
        Machine.replace(file, "10.0.0.9\tmine\n" + whole.replaceAll("(?m)^.*\tfirst\\.demo\n", "") + "10.0.0.10\tmine-too\n");
        daemon.await("the section is repaired", () -> Machine.text(file).contains("\tfirst.demo\n"));
        assertTrue(Machine.text(file).startsWith("10.0.0.9\tmine\n") && Machine.text(file).contains("10.0.0.10\tmine-too\n"));

        Machine.replace(file, "127.0.0.1\tlocalhost\n10.0.0.11\tafter-the-loss\n");
        daemon.await("the section is back", () -> Machine.text(file).contains("\tfirst.demo\n"));
        assertEquals(0, daemon.terminate());
        assertEquals("127.0.0.1\tlocalhost\n10.0.0.11\tafter-the-loss\n", Machine.text(file));
    }

    @Test
    void aLostEndMarkerCostsNoForeignLine() throws Exception {
        Files.writeString(file, "127.0.0.1\tlocalhost\n");
        daemon.start().awaitServed(FIRST);
        Machine.replace(file, Machine.text(file).replace("# END ngrokd managed section\n", "10.0.0.9\tmine other\n# a comment\n"));
        daemon.await("the section is whole again", () -> Machine.text(file).contains("# END ngrokd managed section"));
        assertEquals(0, daemon.terminate());
        assertEquals("127.0.0.1\tlocalhost\n10.0.0.9\tmine other\n# a comment\n", Machine.text(file));
    }

    @Test
    void aSymbolicLinkIsFollowedAndStays() throws Exception {
        Path real = Files.writeString(daemon.folder().resolve("real-hosts"), "127.0.0.1\tlocalhost\n");
        Files.createSymbolicLink(file, Path.of("real-hosts"));
        daemon.start().awaitServed(FIRST);
        assertTrue(Files.isSymbolicLink(file) && Machine.text(real).contains("\tfirst.demo\n"));
        assertEquals(0, daemon.terminate());
        assertTrue(Files.isSymbolicLink(file));
        assertEquals("127.0.0.1\tlocalhost\n", Machine.text(real));
    }

    @Test
    void aBindMountIsWrittenInPlace() throws Exception {
        Path source = Files.writeString(daemon.folder().resolve("container-hosts"), "127.0.0.1\tlocalhost\n");
        machine.shell("mount --bind " + source + " /etc/hosts").ok();
        try {
            daemon.environment("NGROKD_HOSTS_PATH", "").start().awaitServed(FIRST);
            machine.run("curl", "-sS", "--fail", FIRST).ok();
            assertTrue(Machine.text(source).contains("\tfirst.demo\n"));
            assertEquals(0, daemon.terminate());
            assertEquals("127.0.0.1\tlocalhost\n", Machine.text(source));
        } finally {
            machine.run("umount", "/etc/hosts").ok();
        }
    }

    @Test
    void aFileThatCannotBeWrittenDegradesItsNamesOnlyAndIsTriedAgain() throws Exception {
        Path source = Files.writeString(daemon.folder().resolve("container-hosts"), "127.0.0.1\tlocalhost\n");
        machine.shell("mount --bind " + source + " /etc/hosts && mount -o remount,ro,bind /etc/hosts").ok();
        try {
            daemon.environment("NGROKD_HOSTS_PATH", "").start();
            daemon.awaitState(FIRST, "degraded", "/etc/hosts", "read-only");
            assertTrue(daemon.ngrokctl("list").ok().output().contains("read-only"));
            String answer = machine.run("curl", "-sS", "--fail", "--connect-to", "::" + daemon.address(FIRST) + ":80", FIRST).ok().output();
            assertTrue(answer.contains("endpoint: " + FIRST), "served at its address: " + answer);
            machine.run("mount", "-o", "remount,rw,bind", "/etc/hosts").ok();
            daemon.awaitServed(FIRST);
            machine.run("curl", "-sS", "--fail", FIRST).ok();
            assertEquals(0, daemon.terminate());
        } finally {
            machine.run("umount", "/etc/hosts").ok();
        }
    }

    @Test
    void anImmutableFileIsNamedAsSuch() throws Exception {
        Files.writeString(file, "127.0.0.1\tlocalhost\n");
        Assumptions.assumeTrue(machine.run("chattr", "+i", file.toString()).exitCode() == 0,
                "this file system has no immutable files");
        try {
            daemon.start();
            daemon.awaitState(FIRST, "degraded", "immutable", "chattr -i");
            machine.run("curl", "-sS", "--fail", "--connect-to", "::" + daemon.address(FIRST) + ":80", FIRST).ok();
        } finally {
            machine.run("chattr", "-i", file.toString()).ok();
        }
        daemon.awaitServed(FIRST);
        assertTrue(Machine.text(file).contains("\tfirst.demo\n"));
    }

    @Test
    void theSectionOfTheGoDaemonIsTakenOver() throws Exception {
        Files.writeString(file, "127.0.0.1\tlocalhost\n# BEGIN ngrokd managed section\n10.107.0.2\told.demo\n# END ngrokd managed section\n# after\n");
        daemon.start().awaitServed(FIRST);
        assertFalse(Machine.text(file).contains("old.demo"));
        assertEquals(1, Machine.text(file).lines().filter("# BEGIN ngrokd managed section"::equals).count());
        assertEquals(0, daemon.terminate());
        assertEquals("127.0.0.1\tlocalhost\n# after\n", Machine.text(file));
    }

    private String section(String end, String... urls) throws IOException {
        StringBuilder text = new StringBuilder("# BEGIN ngrokd managed section" + end);
        for (String url : urls) {
            text.append(daemon.address(url)).append('\t').append(url.replaceFirst(".*//", "")).append(end);
        }
        return text + "# END ngrokd managed section" + end;
    }
}
