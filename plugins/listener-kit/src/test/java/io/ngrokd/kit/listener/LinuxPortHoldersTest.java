package io.ngrokd.kit.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LinuxPortHoldersTest {

    private static final InetAddress ANY = InetAddress.ofLiteral("0.0.0.0");
    private static final InetAddress OWN = InetAddress.ofLiteral("10.107.0.2");
    private static final String HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    @TempDir
    private Path proc;

    @BeforeEach
    void tables() throws IOException {
        Files.createDirectories(proc.resolve("self/net"));
        tcp("");
        tcp6("");
    }

    @Test
    void theProgramThatListensThereIsNamed() throws IOException {
        tcp(row("00000000:0050", "0A", 0, 4711));
        process(812, "nginx", 4711);
        process(900, "nginx", 4711);
        process(13, "sshd", 22);
        assertEquals(Optional.of("nginx (pid 812)"), holder(ANY, 80));
        assertEquals(Optional.of("nginx (pid 812)"), holder(OWN, 80));
        assertEquals(Optional.empty(), holder(ANY, 443));
    }

    @Test
    void aSocketForAllAddressesOfIpv6IsInTheWay() throws IOException {
        tcp6(row("00000000000000000000000000000000:0050", "0A", 0, 4712));
        process(812, "caddy", 4712);
        assertEquals(Optional.of("caddy (pid 812)"), holder(ANY, 80));
        assertEquals(Optional.of("caddy (pid 812)"), holder(OWN, 80));
    }

    @Test
    void anotherAddressIsInTheWayOfAllAddressesOnly() throws IOException {
        tcp(row("0100007F:0050", "0A", 0, 4713));
        process(812, "local", 4713);
        assertEquals(Optional.of("local (pid 812)"), holder(ANY, 80));
        assertEquals(Optional.of("local (pid 812)"), holder(InetAddress.ofLiteral("127.0.0.1"), 80));
        assertEquals(Optional.empty(), holder(OWN, 80));
    }

    @Test
    void ofOthersProcessesOnlyTheUserIsKnown() throws IOException {
        tcp(row("00000000:0050", "0A", 33, 4714));
        assertEquals(Optional.of("a program of the user with the id 33"), holder(ANY, 80));
    }

    @Test
    void whatIsNoTableNamesNobody() throws IOException {
        tcp("garbage\n   1: 00000000 00000000:0000 0A 0 0 0 0 0 0\n   2: 0000:XX 0:0 0A 0:0 0:0 0 0 0 7\n");
        Files.delete(proc.resolve("self/net/tcp6"));
        assertEquals(Optional.empty(), holder(ANY, 80));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void onThisMachineItIsUs() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            assertEquals(Optional.of("this daemon itself (pid " + ProcessHandle.current().pid() + ")"),
                    PortHolders.ofThisSystem().holder(InetAddress.ofLiteral("127.0.0.1"), socket.getLocalPort()));
        }
    }

    private Optional<String> holder(InetAddress address, int port) {
        return new LinuxPortHolders(proc).holder(address, port);
    }

    private void tcp(String rows) throws IOException {
        Files.writeString(proc.resolve("self/net/tcp"), HEAD + rows);
    }

    private void tcp6(String rows) throws IOException {
        Files.writeString(proc.resolve("self/net/tcp6"), HEAD + rows);
    }

    private static String row(String local, String state, int user, int inode) {
        return "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000 " + user + "        0 " + inode
                + " 1 0 100 0\n";
    }

    private void process(int pid, String name, int inode) throws IOException {
        Path descriptors = Files.createDirectories(proc.resolve(pid + "/fd"));
        Files.writeString(proc.resolve(pid + "/comm"), name + "\n");
        Files.createSymbolicLink(descriptors.resolve("0"), Path.of("/dev/null"));
        Files.createSymbolicLink(descriptors.resolve("7"), Path.of("socket:[" + inode + "]"));
    }
}
