package io.ngrokd.ctl.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The launchers' way to a Java, with Javas that are shell scripts. The usual places are moved into a folder of the
 * test's own, so that it sees the same machine everywhere.
 */
class LauncherTest {

    private static final Path SOURCES = Path.of("../src").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    private Path home;
    private Path machine;

    @BeforeEach
    void install() throws IOException {
        home = folder.resolve("a folder/ngrokd 1.0");
        machine = Files.createDirectories(folder.resolve("machine"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        for (String launcher : List.of("ngrokd", "ngrokctl")) {
            executable(home.resolve("bin/" + launcher), Files.readString(SOURCES.resolve("bin/" + launcher)));
        }
        String search = Files.readString(SOURCES.resolve("lib/find-java.sh"))
                .replaceAll("(?<=[ (])/(?=(usr|opt|Library)/)", machine + "/");
        Files.writeString(home.resolve("lib/find-java.sh"), search);
        for (String jar : List.of("ngrokctl-1.jar", "ngrokd-picocli-1.jar", "jackson-core-1.jar", "netty-1.jar")) {
            Files.writeString(home.resolve("lib/" + jar), "");
        }
    }

    private Path real() {
        try {
            return home.toRealPath();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static void executable(Path path, String script) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, script);
        assertTrue(path.toFile().setExecutable(true));
    }

    /** A Java that prints its own path and then its arguments, a line each. */
    private Path java(Path where, String version) throws IOException {
        executable(where.resolve("bin/java"), "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'openjdk version \"" + version + "\"' >&2; exit; }\n"
                + "echo \"$0\"\nfor a do echo \"$a\"; done\n");
        Files.writeString(where.resolve("release"), "IMPLEMENTOR=\"Test\"\nJAVA_VERSION=\"" + version + "\"\n");
        return where;
    }

    private record Started(int code, List<String> output, String errors) {
    }

    private Started start(Map<String, String> environment, Path cwd, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(cwd.toFile());
        builder.environment().clear();
        builder.environment().put("HOME", folder.resolve("user").toString());
        builder.environment().putAll(environment);
        builder.environment().put("PATH", tools() + environment.getOrDefault("PATH", ""));
        Path errors = folder.resolve("errors");
        Process process = builder.redirectError(errors.toFile()).start();
        List<String> output = process.inputReader().readAllLines();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Started(process.exitValue(), output, Files.readString(errors));
    }

    /** Just what the launchers call: the machine that runs the tests may have a java beside them. */
    private Path tools() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of("readlink", "sed", "head", "cat", "sh", "stty")) {
            for (String place : List.of("/usr/bin/", "/bin/")) {
                if (Files.isExecutable(Path.of(place + tool))) {
                    executable(tools.resolve(tool), "#!/bin/sh\nexec " + place + tool + " \"$@\"\n");
                }
            }
        }
        return tools;
    }

    private Started daemon(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = home.resolve("bin/ngrokd").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        return start(environment, folder, command);
    }

    @Test
    void theBundledJavaComesFirst() throws Exception {
        Path bundled = java(home.resolve("runtime"), "25.0.1");
        Path other = java(folder.resolve("other"), "25");
        Started started = daemon(Map.of("NGROKD_JAVA_HOME", other.toString(), "JAVA_HOME", other.toString()));
        assertEquals(bundled.toRealPath() + "/bin/java", started.output().getFirst());
    }

    @Test
    void thenTheOneAskedForThenJavaHomeThenTheUsualPlaces() throws Exception {
        Path asked = java(folder.resolve("asked for"), "26");
        Path general = java(folder.resolve("general"), "25.0.3");
        Path usual = java(machine.resolve("usr/lib/jvm/java-25"), "25.0.3");
        assertEquals(asked + "/bin/java",
                daemon(Map.of("NGROKD_JAVA_HOME", asked.toString(), "JAVA_HOME", general.toString())).output().getFirst());
        assertEquals(general + "/bin/java", daemon(Map.of("JAVA_HOME", general.toString())).output().getFirst());
        assertEquals(usual + "/bin/java", daemon(Map.of()).output().getFirst());
    }

    @Test
    void anOldJavaHomeIsPassedOver() throws Exception {
        Path old = java(folder.resolve("old"), "17.0.15");
        Path usual = java(machine.resolve("opt/jdk-25"), "25");
        assertEquals(usual + "/bin/java", daemon(Map.of("JAVA_HOME", old.toString())).output().getFirst());
    }

    @Test
    void anOldOneThatWasAskedForIsAnError() throws Exception {
        Path old = java(folder.resolve("old"), "17.0.15");
        java(machine.resolve("opt/jdk-25"), "25");
        Started started = daemon(Map.of("NGROKD_JAVA_HOME", old.toString()));
        assertEquals(1, started.code());
        assertTrue(started.errors().contains("it is Java 17"), started.errors());
    }

    @Test
    void theVersionThatIsKnownToWorkBeforeNewerOnes() throws Exception {
        java(machine.resolve("usr/lib/jvm/a-27"), "27-ea");
        Path known = java(machine.resolve("usr/lib/jvm/b-25"), "25.0.3");
        assertEquals(known + "/bin/java", daemon(Map.of()).output().getFirst());
    }

    @ParameterizedTest
    @CsvSource({
        "usr/lib64/jvm/java-25", "usr/local/openjdk-25", "opt/java/openjdk", "opt/graalvm",
        "Library/Java/JavaVirtualMachines/temurin-25.jdk/Contents/Home",
        "opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home"})
    void looksInTheUsualPlaces(String place) throws Exception {
        Path java = java(machine.resolve(place), "26.0.1");
        assertEquals(java + "/bin/java", daemon(Map.of()).output().getFirst());
    }

    @Test
    void looksInTheUsersOwnFolderAndOnThePath() throws Exception {
        Path path = java(folder.resolve("on path"), "25");
        assertEquals(path + "/bin/java", daemon(Map.of("PATH", ":" + path + "/bin")).output().getFirst());
        Path own = java(folder.resolve("user/.sdkman/candidates/java/25-tem"), "25");
        assertEquals(own + "/bin/java", daemon(Map.of("PATH", ":" + path + "/bin")).output().getFirst());
    }

    @Test
    void asksAJavaThatHasNoReleaseFile() throws Exception {
        Path java = java(machine.resolve("usr/lib/jvm/bare"), "25.0.3");
        Files.delete(java.resolve("release"));
        assertEquals(java + "/bin/java", daemon(Map.of()).output().getFirst());
    }

    @Test
    void saysWhatWasSeenWhenThereIsNone() throws Exception {
        Path seventeen = java(machine.resolve("usr/lib/jvm/java-17"), "17.0.15");
        Path eight = java(folder.resolve("eight"), "1.8.0_402");
        Started started = daemon(Map.of("JAVA_HOME", eight.toString(), "SUDO_USER", "someone"), "--version");
        assertEquals(1, started.code());
        assertEquals(List.of(), started.output());
        assertTrue(started.errors().contains("needs Java 25"), started.errors());
        assertTrue(started.errors().contains("  " + seventeen + " is Java 17\n"), started.errors());
        assertTrue(started.errors().contains("  " + eight + " is Java 8\n"), started.errors());
        assertTrue(started.errors().contains("sudo NGROKD_JAVA_HOME="), started.errors());
    }

    @ParameterizedTest
    @CsvSource({
        "--config=x y.yml, io.ngrokd.kernel.Main, --config=x y.yml", "cleanup, io.ngrokd.kernel.Main, cleanup",
        "demo, io.ngrokd.cloud.demo.DemoCommand,", "local-cloud, io.ngrokd.cloud.LocalCloudCommand,"})
    void startsTheProgramAskedFor(String argument, String main, String passed) throws Exception {
        Path java = java(folder.resolve("java"), "25");
        Map<String, String> environment = Map.of("NGROKD_JAVA_HOME", java.toString(), "NGROKD_JAVA_OPTS", "-Xmx1g -Dx=y");
        List<String> output = daemon(environment, argument, "--last").output();
        List<String> tail = output.subList(output.indexOf(main) + 1, output.size());
        assertEquals(passed == null ? List.of("--last") : List.of(passed, "--last"), tail);
        // Each jar by its name, in an order that is the same everywhere: a start-up cache holds for one class path.
        assertEquals(Stream.of("jackson-core-1.jar", "netty-1.jar", "ngrokctl-1.jar", "ngrokd-picocli-1.jar")
                .map(jar -> real() + "/lib/" + jar).collect(Collectors.joining(":")), output.get(output.indexOf(main) - 1));
        assertTrue(output.contains("-Dngrokd.home=" + home.toRealPath()), output.toString());
        assertTrue(output.indexOf("-Xmx1g") > output.indexOf("-Xmx256m"), output.toString());
        assertTrue(output.contains("-Dx=y"), output.toString());
    }

    @Test
    void findsItsFolderThroughLinksAndFromAnywhere() throws Exception {
        Path java = java(folder.resolve("java"), "25");
        Map<String, String> environment = Map.of("NGROKD_JAVA_HOME", java.toString(), "CDPATH", "/tmp:/usr");
        Path links = Files.createDirectories(folder.resolve("links"));
        Files.createSymbolicLink(links.resolve("one"), Path.of("../a folder/ngrokd 1.0/bin/ngrokctl"));
        Files.createSymbolicLink(links.resolve("two"), Path.of("one"));
        Files.createSymbolicLink(links.resolve("three"), links.resolve("two"));
        String classes = home.toRealPath() + "/lib/ngrokctl-1.jar:" + home.toRealPath() + "/lib/ngrokd-picocli-1.jar:"
                + home.toRealPath() + "/lib/jackson-core-1.jar";
        for (Started started : List.of(
                start(environment, folder, links.resolve("three").toString(), "list"),
                start(environment, links, "./two", "list"),
                start(environment, links, "sh", "two", "list"),
                start(environment, home, "bin/ngrokctl", "list"),
                start(environment, home.resolve("bin"), "sh", "ngrokctl", "list"))) {
            assertEquals(0, started.code(), started.errors());
            assertTrue(started.output().contains(classes), started.output().toString());
            assertEquals(List.of("io.ngrokd.ctl.Ngrokctl", "list"), started.output().subList(started.output().size() - 2, started.output().size()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ngrokd", "ngrokctl"})
    void findsItsFolderThroughALinkToBin(String launcher) throws Exception {
        Path java = java(folder.resolve("java"), "25");
        Files.createSymbolicLink(folder.resolve("programs"), home.resolve("bin"));
        Started started = start(Map.of("NGROKD_JAVA_HOME", java.toString()), folder, folder.resolve("programs/" + launcher).toString());
        assertEquals(0, started.code(), started.errors());
        String library = home.toRealPath() + "/lib/";
        assertTrue(started.output().stream().anyMatch(line -> line.startsWith(library)), started.output().toString());
    }

    @Test
    void theDaemonReadsTheSystemsMessagesInEnglish() throws Exception {
        Path java = folder.resolve("java");
        executable(java.resolve("bin/java"), "#!/bin/sh\necho \"$LANGUAGE $LC_ALL\"\n");
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Started started = daemon(Map.of("NGROKD_JAVA_HOME", java.toString(), "LANGUAGE", "de:fr", "LC_ALL", "de_DE.UTF-8"));
        assertEquals(List.of("C de_DE.UTF-8"), started.output(), started.errors());
    }

    @Test
    void theDaemonIsTheProcessThatWasStarted() throws Exception {
        Path java = folder.resolve("java");
        executable(java.resolve("bin/java"), "#!/bin/sh\necho $$\n");
        Files.writeString(java.resolve("release"), "JAVA_VERSION=\"25\"\n");
        ProcessBuilder builder = new ProcessBuilder(home.resolve("bin/ngrokd").toString());
        builder.environment().put("NGROKD_JAVA_HOME", java.toString());
        Process daemon = builder.start();
        assertEquals(String.valueOf(daemon.pid()), daemon.inputReader().readLine());
        assertEquals(0, daemon.waitFor());
    }
}
