package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.plugin.dns.server.serve.Clients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Type;

@Timeout(400)
class AbuseTest {

    private static final InetAddress NOISY = InetAddress.ofLiteral("127.0.0.9");
    private static final InetAddress QUIET = InetAddress.ofLiteral("127.0.0.10");
    private static final int IDLE = 10_000;

    @Test
    void strangersMayNotAskForEverything() {
        Clients clients = new Clients(address -> address.equals(InetAddress.ofLiteral("203.0.113.1")), List.of(Subnet.parse("198.51.100.0/24")));
        for (String friend : List.of("127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.1.1", "100.64.0.1",
                "100.127.255.255", "::1", "fe80::1", "fd12::1", "fc00::1", "198.51.100.7", "203.0.113.1")) {
            assertTrue(clients.mayRecurse(InetAddress.ofLiteral(friend)), friend);
        }
        for (String stranger : List.of("8.8.8.8", "172.15.0.1", "172.32.0.1", "192.169.0.1", "100.63.0.1", "100.128.0.1", "11.0.0.1",
                "2001:db8::1", "198.51.101.1", "203.0.113.2")) {
            assertFalse(clients.mayRecurse(InetAddress.ofLiteral(stranger)), stranger);
        }
    }

    @Test
    void whoAsksTooOftenIsDroppedAndToldToUseTcp() throws Exception {
        try (Lab lab = new Lab(NOISY)) {
            lab.queriesPerSecond = 5;
            lab.name("app.lab", "10.107.0.2").apply();
            try (Client noisy = new Client(lab.address, NOISY); Client ours = lab.client()) {
                byte[] query = Client.question("app.lab", Type.A).toWire();
                int answered = 0;
                int cut = 0;
                for (int sent = 0; sent < 400; sent++) {
                    noisy.send(query);
                }
                for (Optional<byte[]> answer = noisy.receiveWithin(2_000); answer.isPresent(); answer = noisy.receiveWithin(2_000)) {
                    boolean isCut = new Message(answer.get()).getHeader().getFlag(Flags.TC);
                    cut += isCut ? 1 : 0;
                    answered += isCut ? 0 : 1;
                }
                assertTrue(answered >= 5 && answered + cut < 300, answered + " answered, " + cut + " told to use TCP");
                assertTrue(cut > 0 && cut < 60, cut + " told to use TCP");
                assertEquals(List.of("10.107.0.2"), Client.answers(noisy.askOverTcp(Client.question("app.lab", Type.A))));
                for (int sent = 0; sent < 100; sent++) {
                    assertEquals(List.of("10.107.0.2"), Client.answers(ours.ask("app.lab", Type.A)), "this machine is not counted");
                }
                assertTrue(lab.server.description().contains("dropped by the rate limit"), lab.server.description());
            }
        }
    }

    @Test
    void overTcpTooManyQuestionsAreSlowedDown() throws Exception {
        try (Lab lab = new Lab(NOISY)) {
            lab.queriesPerSecond = 50;
            lab.name("app.lab", "10.107.0.2").apply();
            try (Client noisy = new Client(lab.address, NOISY); Socket connection = noisy.connect()) {
                byte[] frame = Client.framed(Client.question("app.lab", Type.A).toWire());
                for (int sent = 0; sent < 120; sent++) {
                    connection.getOutputStream().write(frame);
                }
                for (int read = 0; read < 120; read++) {
                    assertEquals(List.of("10.107.0.2"), Client.answers(Client.readFrame(connection)));
                }
            }
        }
    }

    @Test
    void aFloodOfOneDoesNotHurtAnother() throws Exception {
        try (Lab lab = new Lab(NOISY, QUIET)) {
            lab.queriesPerSecond = 100;
            lab.name("app.lab", "10.107.0.2").apply();
            AtomicBoolean over = new AtomicBoolean();
            Thread flood = Thread.ofPlatform().start(() -> flood(lab, over));
            try (Client quiet = new Client(lab.address, QUIET)) {
                for (int asked = 0; asked < 60; asked++) {
                    assertEquals(List.of("10.107.0.2"), Client.answers(askUntilAnswered(quiet)));
                    Thread.sleep(12);
                }
            } finally {
                over.set(true);
                flood.join();
            }
        }
    }

    /** What a client does whose packet was lost, which a full socket buffer of the system may do to it. */
    private static Message askUntilAnswered(Client client) throws IOException {
        byte[] query = Client.question("app.lab", Type.A).toWire();
        for (int tried = 0; tried < 200; tried++) {
            client.send(query);
            Optional<byte[]> answer = client.receiveSoon();
            if (answer.isPresent()) {
                return new Message(answer.get());
            }
        }
        throw new IOException("no answer to 200 questions");
    }

    private static void flood(Lab lab, AtomicBoolean over) {
        try (Client noisy = new Client(lab.address, NOISY)) {
            byte[] query = Client.question("app.lab", Type.A).toWire();
            while (!over.get()) {
                noisy.send(query);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void tenThousandIdleConnectionsDoNotHurtOthers() throws Exception {
        List<Socket> idle = new ArrayList<>();
        long most = Math.min(4_000, descriptors() / 3);
        try (Lab lab = new Lab()) {
            lab.name("app.lab", "10.107.0.2").apply();
            try (Client client = lab.client()) {
                for (int opened = 0; opened < IDLE; opened++) {
                    Socket socket = new Socket();
                    idle.add(socket);
                    socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.1." + (1 + opened % 100)), 0));
                    socket.connect(lab.address, 60_000);
                    socket.getOutputStream().write(new byte[] {0, 40, 1, 2});
                    if (opened % 500 == 0) {
                        assertEquals(List.of("10.107.0.2"), Client.answers(client.ask("app.lab", Type.A)));
                        assertEquals(List.of("10.107.0.2"), Client.answers(client.askOverTcp(Client.question("app.lab", Type.A))));
                    }
                    if (idle.size() >= most) {
                        // A bad client's descriptors have an end too.
                        idle.removeFirst().close();
                    }
                }
                try (Socket pipelining = client.connect()) {
                    for (int asked = 0; asked < 10; asked++) {
                        pipelining.getOutputStream().write(Client.framed(Client.question("app.lab", Type.A).toWire()));
                        assertEquals(List.of("10.107.0.2"), Client.answers(Client.readFrame(pipelining)));
                    }
                }
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() : Long.MAX_VALUE;
    }

    @Test
    void answersAreNotAnswered() throws Exception {
        try (Lab lab = new Lab()) {
            lab.name("app.lab", "10.107.0.2").apply();
            try (Client client = lab.client()) {
                client.send(client.askForBytes(Client.question("app.lab", Type.A).toWire()));
                assertEquals(Optional.empty(), client.receiveSoon());
            }
        }
    }
}
