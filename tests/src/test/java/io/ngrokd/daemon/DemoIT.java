package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.testing.CommandResult;
import io.ngrokd.testing.UserModeLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code ngrokd demo --once}: what the README promises first. */
class DemoIT {

    private static final List<String> HOSTS =
            List.of("hello.ngrokd.demo", "secure.ngrokd.demo", "foo.wild.ngrokd.demo", "tls.ngrokd.demo", "echo.ngrokd.demo", "added.ngrokd.demo");

    private Machine machine;

    @BeforeEach
    void open() throws IOException {
        machine = Machine.open(DemoIT.class).asShipped();
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void asRootItCallsEveryEndpointAndUndoesEverything() throws Exception {
        String before = Machine.text(machine.hosts());
        Result demo = machine.run(machine.program("ngrokd"), "demo", "--once").ok();
        assertCallsEveryEndpoint(demo.output());
        assertEquals(before, Machine.text(machine.hosts()));
        assertEquals(List.of("lo"), machine.interfaces());
    }

    @Test
    void asAnOrdinaryUserItWorksToo() throws Exception {
        machine.run("chmod", "1777", machine.folder().toString()).ok();
        machine.shell("echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start").ok();
        String before = Machine.text(machine.hosts());
        Result demo = machine.run("", Map.of("HOME", machine.folder().toString()),
                Machine.join(machine.asNobody(), List.of(machine.program("ngrokd"), "demo", "--once")).toArray(String[]::new)).ok();
        assertCallsEveryEndpoint(demo.output());
        assertEquals(before, Machine.text(machine.hosts()));
    }

    @Test
    void whenTheDaemonCannotStartItSaysWhyAndFails() throws Exception {
        Path home = Zip.variant("demo-variant");
        // The launcher that the demo starts the daemon with; the demo itself is started past it.
        Path launcher = home.resolve("bin/ngrokd");
        Files.writeString(launcher, "#!/bin/sh\necho this daemon cannot start >&2\nexit 1\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
        Result demo = machine.run(machine.program("ngrokd"), "demo", "--once", "--home", home.toString());
        assertNotEquals(0, demo.exitCode());
        assertTrue((demo.output() + demo.errors()).contains("this daemon cannot start"), demo::toString);
    }

    @Test
    void withTheDummyInterfaceTypeInUserModeLinux() throws Exception {
        CommandResult demo = new UserModeLinux(List.of("dummy numdummies=0"),
                        List.of(machine.home(), Path.of(System.getProperty("java.home"))))
                .run(List.of("env", "NGROKD_JAVA_HOME=" + System.getProperty("java.home"), "sh", "-c",
                        machine.program("ngrokd") + " demo --once --keep; code=$?; cat /tmp/ngrokd-demo-*/ngrokd.log; ip -oneline link;"
                                + " cat /etc/hosts; exit $code"),
                        Duration.ofMinutes(6));
        assertEquals(0, demo.exitCode(), demo::output);
        assertCallsEveryEndpoint(demo.output());
        assertTrue(demo.output().contains("backend=linux-dummy available=true") && demo.output().contains("role=netif backend=linux-dummy because"),
                demo::output);
        assertTrue(!demo.output().contains(": ngrokd0:"), () -> "the interface is gone again: " + demo.output());
    }

    private static void assertCallsEveryEndpoint(String output) {
        for (String host : HOSTS) {
            assertTrue(output.contains(host), () -> host + " in: " + output);
        }
        assertTrue(output.contains("echoed \""), output);
    }
}
