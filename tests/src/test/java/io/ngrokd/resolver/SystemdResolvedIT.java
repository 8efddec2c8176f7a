package io.ngrokd.resolver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.DebianMachine;
import io.ngrokd.testing.SuiteRunner;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs the suites on a real systemd-resolved in a Debian in user-mode Linux, and reports each of their tests as one here. */
class SystemdResolvedIT {

    private static final Duration LIMIT = Duration.ofMinutes(20);

    @TestFactory
    Stream<DynamicTest> aDebianWithSystemdResolved() throws Exception {
        String classPath = Stream
                .of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")).split(File.pathSeparator))
                .map(Path::of).map(DebianMachine::inside).collect(Collectors.joining(File.pathSeparator));
        CommandResult result = new DebianMachine(List.of("dummy numdummies=0"))
                .run(List.of(
                        DebianMachine.inside(Path.of(System.getProperty("java.home"), "bin", "java")),
                        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "--enable-native-access=ALL-UNNAMED",
                        "-cp", classPath,
                        SuiteRunner.class.getName(), ResolvedContractSuite.class.getName(), ResolvedRoutingSuite.class.getName()),
                        LIMIT);
        List<String[]> results = result.output().lines()
                .filter(line -> line.startsWith(SuiteRunner.RESULT))
                .map(line -> line.split("\t", -1))
                .toList();
        assertFalse(results.isEmpty(), () -> "no test ran: " + result.output());
        Stream<DynamicTest> tests = results.stream()
                .map(fields -> DynamicTest.dynamicTest(fields[2], () -> {
                    assumeFalse(fields[1].equals("ABORTED"), fields[3]);
                    assertEquals("SUCCESSFUL", fields[1], () -> fields[3] + "\n" + result.output());
                }));
        return Stream.concat(tests, Stream.of(DynamicTest.dynamicTest("the suites succeeded", result::orThrow)));
    }
}
