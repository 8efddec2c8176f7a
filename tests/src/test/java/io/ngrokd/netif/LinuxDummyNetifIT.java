package io.ngrokd.netif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.SuiteRunner;
import io.ngrokd.testing.UserModeLinux;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@link LinuxDummySuite} in user-mode Linux, and reports each of its tests as one here. */
class LinuxDummyNetifIT {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TestFactory
    Stream<DynamicTest> contractOnADummyInterface() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<Path> folders = Stream.of(classPath.split(File.pathSeparator)).map(Path::of).map(Path::getParent).distinct().toList();
        CommandResult result = new UserModeLinux(List.of("dummy numdummies=0"), folders)
                .run(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                        "-cp", classPath,
                        SuiteRunner.class.getName(), LinuxDummySuite.class.getName()),
                        LIMIT);
        List<String[]> results = result.output().lines()
                .filter(line -> line.startsWith(SuiteRunner.RESULT))
                .map(line -> line.split("\t", -1))
                .toList();
        assertFalse(results.isEmpty(), () -> "no test ran: " + result.output());
        Stream<DynamicTest> tests = results.stream()
                .map(fields -> DynamicTest.dynamicTest(
                        fields[2], () -> assertEquals("SUCCESSFUL", fields[1], () -> fields[3] + "\n" + result.output())));
        return Stream.concat(tests, Stream.of(DynamicTest.dynamicTest("the suite succeeded", result::orThrow)));
    }
}
