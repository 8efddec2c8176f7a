package io.ngrokd.contract.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A resolver that knows every name: 192.0.2.1. */
final class DnsUpstream implements AutoCloseable {

    private static final InetAddress ANSWER = InetAddress.ofLiteral("192.0.2.1");

    private final DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    DnsUpstream() throws IOException {
        Thread.startVirtualThread(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** How often it has been asked for the name, in whatever letters. */
    long asked(String name) {
        return asked.stream().filter(name::equalsIgnoreCase).count();
    }

    private void serve() {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                socket.receive(packet);
                byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
                asked.add(DnsMessage.read(query).name());
                byte[] answer = DnsMessage.answer(query, ANSWER);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
