package io.ngrokd.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@InOwnNamespace
class ThreadNamespaceIT {

    private static final InetAddress OURS = InetAddress.ofLiteral("10.107.0.1");

    private Thread before;

    @BeforeEach
    void remember() {
        before = Thread.currentThread();
    }

    @Test
    void setUpAndTestShareOneThread() {
        assertEquals(before, Thread.currentThread());
        assertEquals("own-namespace", before.getName());
    }

    @Test
    void thereIsTheLoopbackAndNothingElse() throws Exception {
        List<String> links = run("ip", "-oneline", "link").output().lines().toList();
        assertEquals(1, links.size(), links::toString);
        assertTrue(links.getFirst().contains("lo: <LOOPBACK,UP"), links::getFirst);
    }

    @Test
    void socketsOpenedInsideSeeWhatCommandsDidInside() throws Exception {
        run("ip", "address", "add", OURS.getHostAddress() + "/32", "dev", "lo");
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(OURS, 0));
            assertTrue(socket.isBound());
        }
        assertFalse(Files.readString(Path.of("/proc/self/net/fib_trie")).contains(OURS.getHostAddress()), "the machine has it not");
    }

    @Test
    void eachTestHasItsOwn() throws Exception {
        try (ServerSocket socket = new ServerSocket()) {
            assertThrows(BindException.class, () -> socket.bind(new InetSocketAddress(OURS, 0)));
        }
    }

    @Test
    void mountsStayInside() throws Exception {
        run("mount", "-t", "tmpfs", "ngrokd-inside", "/mnt");
        assertTrue(Files.readString(Path.of("/proc/thread-self/mounts")).contains("ngrokd-inside"));
        assertFalse(Files.readString(Path.of("/proc/self/mounts")).contains("ngrokd-inside"));
    }

    private static CommandResult run(String... command) throws Exception {
        return Commands.run(List.of(command), Duration.ofMinutes(1)).orThrow();
    }
}
