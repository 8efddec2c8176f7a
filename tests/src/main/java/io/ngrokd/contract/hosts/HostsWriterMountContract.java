package io.ngrokd.contract.hosts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.spi.HostsWriterFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link io.ngrokd.api.spi.HostsWriter} must do where the file system resists: what a container mounts over,
 * what is immutable, what is full. The writer runs in a process and mount namespace of its own, so this needs root and
 * Linux; elsewhere its tests abort and say so. Extend it as {@link HostsWriterContract}.
 */
@Timeout(value = 400, unit = TimeUnit.SECONDS)
public abstract class HostsWriterMountContract {

    private static final String BEFORE = "127.0.0.1 localhost\n10.0.0.1 no line end";

    @TempDir
    private Path folder;

    private Path hosts;
    private MountedHosts process;

    /** The factory under test. */
    protected abstract HostsWriterFactory factory();

    @BeforeEach
    void start() throws Exception {
        hosts = Files.createDirectory(folder.resolve("etc")).resolve("hosts");
        process = new MountedHosts(factory(), folder);
    }

    @Test
    void aBindMountIsWrittenInPlace() throws Exception {
        Path source = mountedOver();
        Object key = Files.getAttribute(source, "unix:ino");
        List<String> answers = process.run("mount --bind $1/source $1/etc/hosts", hosts,
                "apply=2", "read", "apply=2", "apply=300", "apply=1", "read", "undo", "read", "list");
        assertEquals("done", answers.get(0));
        assertEquals(BEFORE + section(2), text(answers.get(1)));
        assertEquals(List.of("done", "done", "done"), answers.subList(2, 5));
        assertEquals(BEFORE + section(1), text(answers.get(5)));
        assertEquals("done", answers.get(6));
        assertEquals(BEFORE, text(answers.get(7)));
        assertEquals("[hosts]", answers.get(8));
        assertEquals(BEFORE, Files.readString(source));
        assertEquals(key, Files.getAttribute(source, "unix:ino"));
    }

    @Test
    void aBindMountInAReadOnlyFolderIsWrittenInPlace() throws Exception {
        Path source = mountedOver();
        List<String> answers = process.run("mount --bind $1/etc $1/etc; mount -o remount,bind,ro $1/etc;"
                + " mount --bind $1/source $1/etc/hosts", hosts, "apply=2", "read", "undo", "list");
        assertEquals("done", answers.get(0));
        assertEquals(BEFORE + section(2), text(answers.get(1)));
        assertEquals(List.of("done", "[hosts]"), answers.subList(2, 4));
        assertEquals(BEFORE, Files.readString(source));
    }

    @Test
    void anImmutableFileIsAClearErrorAndTriedAgain() throws Exception {
        Files.writeString(hosts, BEFORE);
        // chattr needs a file system that knows the flag; a read-only mount of the file resists in the same way.
        String lock = "if ! chattr +i $1/etc/hosts 2> /dev/null; then"
                + " mount --bind $1/etc/hosts $1/etc/hosts; mount -o remount,bind,ro $1/etc/hosts; fi";
        String unlock = "chattr -i $1/etc/hosts 2> /dev/null || true";
        List<String> answers = process.run(lock, hosts, "apply=2", "read", "list");
        try {
            assertTrue(answers.get(0).startsWith("INPUT_OUTPUT ") && answers.get(0).contains(hosts.toString()), answers.get(0));
            assertTrue(answers.get(0).contains("chattr -i") || answers.get(0).contains("read-only"), answers.get(0));
            assertEquals(BEFORE, text(answers.get(1)));
            assertEquals("[hosts]", answers.get(2));
        } finally {
            process.run(unlock, hosts);
        }
        answers = process.run(unlock, hosts, "apply=2", "read", "undo");
        assertEquals("done", answers.get(0), "once it is not immutable any more");
        assertEquals(BEFORE + section(2), text(answers.get(1)));
    }

    @Test
    void aFullDiskLeavesTheOldFileWhole() throws Exception {
        List<String> answers = process.run("mount -t tmpfs -o size=64k none $1/etc; " + fill("etc/hosts", "etc"), hosts,
                "apply=300", "read", "list", "apply=0", "undo", "read");
        assertTrue(answers.get(0).startsWith("INPUT_OUTPUT no space"), answers.get(0));
        assertEquals(BEFORE, text(answers.get(1)));
        assertEquals("[full, hosts]", answers.get(2));
        assertEquals(BEFORE, text(answers.get(5)));
    }

    @Test
    void aFullDiskBehindABindMountLeavesTheOldFileWhole() throws Exception {
        Files.writeString(hosts, "hidden by the mount\n");
        Files.createDirectory(folder.resolve("disk"));
        List<String> answers = process.run("mount -t tmpfs -o size=64k none $1/disk; " + fill("disk/source", "disk")
                + "; mount --bind $1/disk/source $1/etc/hosts", hosts, "apply=300", "read", "list", "apply=2", "read", "undo", "read");
        assertTrue(answers.get(0).startsWith("INPUT_OUTPUT no space"), answers.get(0));
        assertEquals(BEFORE, text(answers.get(1)));
        assertEquals("[hosts]", answers.get(2));
        assertEquals("done", answers.get(3), "a little fits");
        assertEquals(BEFORE + section(2), text(answers.get(4)));
        assertEquals("done", answers.get(5));
        assertEquals(BEFORE, text(answers.get(6)));
    }

    private Path mountedOver() throws Exception {
        Files.writeString(hosts, "hidden by the mount\n");
        return Files.writeString(folder.resolve("source"), BEFORE);
    }

    private static String fill(String file, String disk) {
        String text = BEFORE.replace("\n", "\\n");
        return "printf '" + text + "' > $1/" + file + "; dd if=/dev/zero of=$1/" + disk + "/full bs=1k 2> /dev/null || true";
    }

    private static String section(int names) {
        StringBuilder section = new StringBuilder("\n# BEGIN ngrokd managed section\n");
        HostsWriterProcess.names(names).names().forEach((name, addresses) -> section
                .append(addresses.getFirst().getHostAddress()).append('\t').append(name).append('\n'));
        String text = section.append("# END ngrokd managed section\n").toString();
        assertFalse(text.isEmpty());
        return text;
    }

    private static String text(String answer) {
        return new String(Base64.getDecoder().decode(answer), StandardCharsets.ISO_8859_1);
    }
}
