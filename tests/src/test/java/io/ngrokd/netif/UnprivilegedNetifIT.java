package io.ngrokd.netif;

import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.ProcessNamespace;
import io.ngrokd.testing.SuiteRunner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs {@link UnprivilegedSuite} without the capability, as a daemon that is started by an ordinary user. */
class UnprivilegedNetifIT {

    @Test
    void withoutThePrivilegeLoopbackIsLeft() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            CommandResult result = machine.exec(List.of(
                            "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin",
                            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED",
                            "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            SuiteRunner.class.getName(), UnprivilegedSuite.class.getName()),
                    Duration.ofMinutes(5));
            result.orThrow();
        }
    }
}
