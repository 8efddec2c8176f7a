package io.ngrokd.plugin.dns.server;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A resolver that does as it is told. Unless told otherwise it answers every A question with 192.0.2.1, a TTL of 60 s and the
 * question's own letters, over UDP and TCP.
 */
final class FakeUpstream implements AutoCloseable {

    /** What it does with a question over UDP. Whatever is sent goes to the asker. */
    @FunctionalInterface
    interface Behaviour {
        /** The packets to send back, in this order; none to stay silent. */
        List<byte[]> answer(Message query) throws Exception;
    }

    final InetSocketAddress address;
    /** The questions that came, probes for loops left out. */
    final Queue<Message> asked = new ConcurrentLinkedQueue<>();
    final Queue<Message> askedOverTcp = new ConcurrentLinkedQueue<>();
    final Set<Integer> ports = ConcurrentHashMap.newKeySet();
    volatile Behaviour behaviour = query -> List.of(address(query, "192.0.2.1", 60).toWire(65_535));
    volatile Behaviour overTcp = query -> List.of(address(query, "192.0.2.1", 60).toWire(65_535));
    private final DatagramSocket socket;
    private final ServerSocket server;

    FakeUpstream() throws IOException {
        address = new InetSocketAddress(Lab.LOCAL, Lab.freePort());
        socket = new DatagramSocket(address);
        server = new ServerSocket(address.getPort(), 50, Lab.LOCAL);
        Thread.startVirtualThread(this::serveUdp);
        Thread.startVirtualThread(this::serveTcp);
    }

    /** An answer that repeats the question, with these records. */
    static Message answer(Message query, String... records) throws IOException {
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RA);
        answer.addRecord(query.getQuestion(), Section.QUESTION);
        for (String record : records) {
            String[] parts = record.split(" ", 4);
            answer.addRecord(Record.fromString(Name.fromString(parts[0]), Type.value(parts[2]), 1,
                    Long.parseLong(parts[1]), parts[3], Name.root), Section.ANSWER);
        }
        return answer;
    }

    static Message address(Message query, String address, int ttl) throws IOException {
        return answer(query, query.getQuestion().getName() + " " + ttl + " A " + address);
    }

    static Message failure(Message query, int rcode) throws IOException {
        Message answer = answer(query);
        answer.getHeader().setRcode(rcode);
        return answer;
    }

    /** A negative answer whose SOA grants so many seconds. */
    static Message missing(Message query, int rcode, int seconds) throws IOException {
        Message answer = failure(query, rcode);
        answer.addRecord(Record.fromString(Name.fromString("example."), Type.SOA, 1, 300,
                "ns.example. host.example. 1 2 3 4 " + seconds, Name.root), Section.AUTHORITY);
        return answer;
    }

    /** Says that it was too long. */
    static List<byte[]> cut(Message query) throws IOException {
        Message answer = answer(query);
        answer.getHeader().setFlag(Flags.TC);
        return List.of(answer.toWire());
    }

    /** Several addresses, too many for a packet. */
    static Message large(Message query, int count) throws IOException {
        return answer(query, IntStream.range(0, count).mapToObj(number -> query.getQuestion().getName() + " 60 A 192.0." + number / 250 + "."
                + number % 250).toArray(String[]::new));
    }

    private void serveUdp() {
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                socket.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                if (isProbe(query)) {
                    continue;
                }
                ports.add(packet.getPort());
                asked.add(query);
                Thread.startVirtualThread(() -> reply(query, packet));
            } catch (IOException ended) {
                // Closed, or a packet that is none.
            }
        }
    }

    private static boolean isProbe(Message query) {
        return query.getQuestion().getName().toString().startsWith("ngrokd-loop-");
    }

    private void reply(Message query, DatagramPacket packet) {
        try {
            for (byte[] answer : behaviour.answer(query)) {
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (Exception failed) {
            failed.printStackTrace();
        }
    }

    private void serveTcp() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                Thread.startVirtualThread(() -> serve(connection));
            } catch (IOException ended) {
                // Closed.
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            DataInputStream in = new DataInputStream(connection.getInputStream());
            byte[] query = new byte[in.readUnsignedShort()];
            in.readFully(query);
            Message message = new Message(query);
            askedOverTcp.add(message);
            for (byte[] answer : overTcp.answer(message)) {
                connection.getOutputStream().write(Client.framed(answer));
            }
            in.read();
        } catch (Exception failed) {
            // The asker went away.
        }
    }

    /** Answers nobody any more, and nothing listens here. */
    @Override
    public void close() throws IOException {
        socket.close();
        server.close();
    }

    static List<byte[]> refuse(Message query) throws IOException {
        return List.of(failure(query, Rcode.REFUSED).toWire());
    }
}
