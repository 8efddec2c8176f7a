package io.ngrokd.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of connections when their endpoint goes, and when the daemon does. */
class DrainIT {

    private static final String HTTP = "http://hello.demo";
    private static final String TCP = "tcp://echo.demo:7000";
    /** More than all buffers on the way hold. */
    private static final int SIZE = 60 << 20;
    private static final String DOWNLOAD = "/bytes/" + SIZE;

    private Machine machine;
    private Cloud cloud;
    private Daemon daemon;

    @BeforeEach
    void open() throws Exception {
        machine = Machine.open(DrainIT.class);
        cloud = Cloud.start(machine, HTTP, TCP);
        daemon = machine.daemon("daemon").of(cloud);
    }

    @AfterEach
    void close() throws IOException {
        if (machine != null) {
            machine.close();
        }
    }

    private Daemon serving(int drainSeconds) throws Exception {
        daemon.set("server.drain_timeout", drainSeconds).start().awaitServed(HTTP, TCP);
        return daemon;
    }

    private Connection http() throws Exception {
        return Connection.open(machine, "hello.demo", 80);
    }

    private Connection tcp() throws Exception {
        Connection connection = Connection.open(machine, "echo.demo", 7000);
        return connection.send("x").read(1);
    }

    private long established(String address) throws Exception {
        return machine.run("ss", "-Htn", "state", "established", "dst", address).ok().lines().stream().filter(line -> !line.isBlank()).count();
    }

    /** All of the answer and then its end: head and body, without the byte that was read before. */
    private static void assertComplete(String answer) {
        assertTrue(answer.endsWith(" and the end"), answer);
        long count = Long.parseLong(answer.split(" ")[1]);
        assertTrue(count > SIZE && count < SIZE + 1000, answer);
    }

    @Test
    void whatIsUnderWayWhenItsEndpointGoesIsFinished() throws Exception {
        serving(300);
        String web = daemon.address(HTTP);
        try (Connection download = http(); Connection idle = http(); Connection stream = tcp()) {
            download.get("hello.demo", DOWNLOAD);
            idle.get("hello.demo", "/status/200").readAll();
            cloud.serves();
            daemon.awaitServed();
            assertTrue(idle.answer().endsWith(" and the end"), "an idle connection ends at once");
            assertThrows(IOException.class, () -> Connection.open(machine, web, 80), "nobody new is let in");
            stream.send("still here").read("still here".length());
            assertTrue(machine.addresses().stream().anyMatch(address -> address.startsWith(web + "/")), "the address stays for it");
            assertComplete(download.readAll().answer());
            assertEquals("read 0 and the end", stream.end().readAll().answer());
        }
        daemon.await("the addresses go", () -> machine.addresses().stream().noneMatch(address -> address.startsWith(web + "/")));
        assertEquals(0, daemon.terminate());
    }

    @Test
    void whatDoesNotEndInTimeIsCut() throws Exception {
        serving(1);
        String web = daemon.address(HTTP);
        try (Connection stalled = http(); Connection stream = tcp()) {
            stalled.get("hello.demo", DOWNLOAD);
            cloud.serves();
            daemon.awaitServed();
            daemon.await("nothing is connected any more", () -> established(web) == 0);
            assertTrue(stalled.readAll().answer().endsWith(" and a reset"), "half of it must not look like all of it");
            assertEquals("read 0 and a reset", stream.readAll().answer());
        }
        daemon.await("the addresses go", () -> machine.addresses().stream().noneMatch(address -> address.startsWith(web + "/")));
        assertEquals(0, daemon.terminate());
    }

    @Test
    void whatIsUnderWayWhenTheDaemonEndsIsFinished() throws Exception {
        serving(300);
        String web = daemon.address(HTTP);
        List<String> interfaces = machine.interfaces();
        try (Connection download = http(); Connection idle = http(); Connection stream = tcp()) {
            download.get("hello.demo", DOWNLOAD);
            idle.get("hello.demo", "/status/200").readAll();
            daemon.sigterm();
            assertTrue(idle.answer().endsWith(" and the end"), "an idle connection ends at once");
            daemon.await("it drains", () -> daemon.log().contains("Connections may end by themselves"));
            assertThrows(IOException.class, () -> Connection.open(machine, web, 80), "nobody new is let in");
            assertFalse(Machine.text(machine.hosts()).contains("hello.demo"), "names are gone");
            stream.send("still here").read("still here".length());
            assertEquals(interfaces, machine.interfaces(), "the addresses stay for it");
            assertComplete(download.readAll().answer());
            stream.send("and here").read("and here".length());
            assertTrue(daemon.isAlive());
            assertEquals("read 0 and the end", stream.end().readAll().answer());
            assertEquals(0, daemon.awaitEnd());
        }
        assertEquals(List.of("lo"), machine.interfaces());
    }

    @Test
    void theEndDoesNotWaitLongerThanItMay() throws Exception {
        serving(1);
        try (Connection stalled = http(); Connection stream = tcp()) {
            stalled.get("hello.demo", DOWNLOAD);
            assertEquals(0, daemon.terminate());
            assertEquals("read 0 and a reset", stream.readAll().answer());
            assertTrue(stalled.readAll().answer().endsWith(" and a reset"));
        }
        assertEquals(List.of("lo"), machine.interfaces());
    }

    @Test
    void aSecondSigtermEndsAtOnceAndUndoesEverything() throws Exception {
        serving(3600);
        try (Connection stream = tcp()) {
            daemon.sigterm();
            daemon.await("it drains", () -> daemon.log().contains("Connections may end by themselves"));
            assertTrue(daemon.isAlive());
            assertEquals(0, daemon.terminate());
            assertEquals("read 0 and a reset", stream.readAll().answer());
        }
        assertEquals(List.of("lo"), machine.interfaces());
        assertFalse(Machine.text(machine.hosts()).contains("echo.demo"));
    }
}
