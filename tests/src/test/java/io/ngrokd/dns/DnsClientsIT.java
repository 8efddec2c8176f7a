package io.ngrokd.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.benchmark.dns.DnsServerMain;
import io.ngrokd.testing.ProcessNamespace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server on a machine with two networks, asked with dig from another machine and from its own. */
@Timeout(400)
class DnsClientsIT {

    private static final String PUBLIC = "203.0.113.1";
    private static final String PRIVATE = "192.168.77.1";
    /** The other machine is a namespace of its own at the end of a cable. */
    private static final String CABLE = """
            set -e
            ip netns add client
            ip link add gw type veth peer name c0
            ip link set c0 netns client
            ip address add 203.0.113.1/24 dev gw
            ip address add 192.168.77.1/24 dev gw
            ip link set gw up
            ip netns exec client ip address add 203.0.113.2/24 dev c0
            ip netns exec client ip address add 192.168.77.2/24 dev c0
            ip netns exec client ip link set c0 up
            """;

    @TempDir
    private Path folder;

    @Test
    void eachClientIsToldTheAddressItUsedAndStrangersNothingElse() throws Exception {
        try (ProcessNamespace machine = ProcessNamespace.open()) {
            var cable = machine.exec(List.of("sh", "-c", CABLE));
            Assumptions.assumeTrue(cable.exitCode() == 0, () -> "no cable between namespaces here: " + cable.output());
            start(machine);
            assertEquals(PUBLIC, dig(machine, true, "@" + PUBLIC, "+short", "app.bench.lab"));
            assertEquals(PRIVATE, dig(machine, true, "@" + PRIVATE, "+short", "app.bench.lab"));
            assertEquals(PRIVATE, dig(machine, true, "@" + PRIVATE, "+short", "+tcp", "app.bench.lab"));
            assertEquals("127.0.0.1", dig(machine, false, "@127.0.0.1", "+short", "app.bench.lab"));
            assertEquals("10.107.0.9", dig(machine, true, "@" + PRIVATE, "+short", "any.where.wild.bench.lab"));
            assertTrue(dig(machine, true, "@" + PUBLIC, "www.example.net").contains("status: REFUSED"));
            assertTrue(dig(machine, true, "@" + PUBLIC, "+tcp", "www.example.net").contains("status: REFUSED"));
            assertTrue(dig(machine, true, "@" + PRIVATE, "www.example.net").contains("status: SERVFAIL"), "it may ask, but there is no upstream");
            assertTrue(dig(machine, false, "@" + PUBLIC, "www.example.net").contains("status: SERVFAIL"), "this machine may ask, by any address");
            assertTrue(dig(machine, true, "@" + PRIVATE, "nothing.bench.lab").contains("status: NXDOMAIN"));
        }
    }

    private void start(ProcessNamespace machine) throws IOException {
        Path names = Files.write(folder.resolve("names"), List.of("0.0.0.0 app.bench.lab", "10.107.0.9 *.wild.bench.lab"));
        Process server = machine.start(new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-XX:+UseSerialGC", "-Xmx128m",
                "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), DnsServerMain.class.getName(), "53", names.toString(), "127.0.0.1", PUBLIC, PRIVATE)
                .redirectError(folder.resolve("log").toFile()));
        InputStream out = server.getInputStream();
        assertEquals("ready", new String(out.readNBytes(5), StandardCharsets.UTF_8), () -> read(folder.resolve("log")));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private static String dig(ProcessNamespace machine, boolean fromTheOther, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(fromTheOther ? List.of("ip", "netns", "exec", "client") : List.of());
        command.addAll(List.of("dig", "+tries=3", "+time=10"));
        command.addAll(List.of(arguments));
        return machine.exec(command, Duration.ofMinutes(2)).orThrow().output().strip();
    }
}
