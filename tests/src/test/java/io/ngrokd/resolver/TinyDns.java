package io.ngrokd.resolver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A DNS server that has one address for every name, so that an answer tells who gave it. UDP only. Its socket belongs to the
 * network of the thread that makes it.
 */
final class TinyDns implements AutoCloseable {

    private static final int HEADER = 12;
    private static final int TYPE_A = 1;
    private static final byte[] OPT = {0, 0, 41, 4, (byte) 0xd0, 0, 0, 0, 0, 0, 0};

    private final DatagramSocket socket;
    private final byte[] answer;
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();

    TinyDns(InetSocketAddress listen, String answer) throws IOException {
        this.socket = new DatagramSocket(listen);
        this.answer = InetAddress.ofLiteral(answer).getAddress();
        Thread.ofPlatform().daemon().name("tiny-dns").start(this::serve);
    }

    /** All names that were asked for. */
    Queue<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        byte[] room = new byte[4096];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            try {
                socket.receive(packet);
                byte[] reply = reply(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            } catch (IOException | RuntimeException noQuestion) {
                // Closed, or a packet that is none: the next one.
                continue;
            }
        }
    }

    private byte[] reply(byte[] question) {
        ByteBuffer in = ByteBuffer.wrap(question);
        StringBuilder name = new StringBuilder();
        in.position(HEADER);
        for (int length = in.get(); length > 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        boolean address = in.getShort() == TYPE_A;
        in.getShort();
        asked.add(name.toString().toLowerCase(Locale.ROOT));
        boolean extended = ByteBuffer.wrap(question).getShort(10) > 0;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {question[0], question[1], (byte) 0x85, (byte) 0x80, 0, 1, 0, (byte) (address ? 1 : 0), 0, 0, 0,
            (byte) (extended ? 1 : 0)});
        out.write(question, HEADER, in.position() - HEADER);
        if (address) {
            out.writeBytes(new byte[] {(byte) 0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4});
            out.writeBytes(answer);
        }
        if (extended) {
            out.writeBytes(OPT);
        }
        return out.toByteArray();
    }
}
