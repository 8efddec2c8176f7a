package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** {@code ngrokd start-cache}, and that both programs start with what it made. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StartCacheIT {

    private Machine machine;
    private Path copy;

    @BeforeAll
    void open() throws Exception {
        machine = Machine.open(StartCacheIT.class);
        copy = Zip.folder("start-cache");
        machine.run("cp", "-r", machine.home() + "/.", copy.toString()).ok();
        machine.shell("rm -f " + copy + "/lib/*.aot").ok();
        String made = machine.run(copy + "/bin/ngrokd", "start-cache").ok().output();
        assertTrue(made.contains("/lib/ngrokd.aot  ") && made.contains("/lib/ngrokctl.aot  "), made);
    }

    @AfterAll
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void bothProgramsTakeTheirClassesFromIt() throws Exception {
        assertTrue(isFromTheCache("ngrokctl", "NGROKCTL_JAVA_OPTS", "io.ngrokd.ctl.Ngrokctl", Map.of()));
        assertTrue(isFromTheCache("ngrokctl", "NGROKCTL_JAVA_OPTS", "picocli.CommandLine", Map.of()));
        assertTrue(isFromTheCache("ngrokd", "NGROKD_JAVA_OPTS", "io.ngrokd.kernel.Main", Map.of()));
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        assertFalse(isFromTheCache("ngrokctl", "NGROKCTL_JAVA_OPTS", "io.ngrokd.ctl.Ngrokctl", Map.of("NGROKD_START_CACHE", "off")));
    }

    @Test
    void oneThatDoesNotFitIsPassedOverWithoutAWord() throws Exception {
        Path cache = copy.resolve("lib/ngrokctl.aot");
        byte[] good = Files.readAllBytes(cache);
        try {
            byte[] odd = good.clone();
            Arrays.fill(odd, 0, 4096, (byte) 7);
            for (byte[] damaged : new byte[][] {odd, {}, Arrays.copyOf(good, 4096)}) {
                Files.write(cache, damaged);
                Result version = machine.run(copy + "/bin/ngrokctl", "--version").ok();
                assertEquals("ngrokctl " + System.getProperty("ngrokd.version") + "\n", version.output());
                assertEquals("", version.errors());
            }
        } finally {
            Files.write(cache, good);
        }
    }

    @Test
    void whereItCannotBeWrittenItSaysSo() throws Exception {
        machine.shell("chmod 000 " + copy + "/lib/ngrokd.aot").ok();
        Result version = machine.run(copy + "/bin/ngrokd", "--version").ok();
        machine.shell("chmod 644 " + copy + "/lib/ngrokd.aot").ok();
        assertTrue(version.output().startsWith("ngrokd version "));
        Result nowhere = machine.run(copy + "/bin/ngrokd", "start-cache", "--home", "/nowhere").exits(2);
        assertTrue(nowhere.errors().contains("/nowhere") && nowhere.errors().contains("--home FOLDER"), nowhere::toString);
    }

    private boolean isFromTheCache(String program, String options, String type, Map<String, String> environment) throws Exception {
        Path log = copy.resolve(program + ".log");
        Map<String, String> all = new HashMap<>(environment);
        all.put(options, "-Xlog:class+load:file=" + log);
        machine.run("", all, copy + "/bin/" + program, "--version").ok();
        return Machine.text(log).lines().anyMatch(line -> line.contains(" " + type + " ") && line.contains("source: shared objects file"));
    }
}
