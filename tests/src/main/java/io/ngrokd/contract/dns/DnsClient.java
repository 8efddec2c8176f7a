package io.ngrokd.contract.dns;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/** A client of one server, which asks again when a packet is lost. */
final class DnsClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int TRIES = 3;

    private final InetSocketAddress server;
    private final DatagramSocket socket;
    /** None that a test makes up begins like it. */
    private int lastId = 1000;

    DnsClient(InetSocketAddress server) throws IOException {
        this.server = server;
        this.socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    }

    /** @throws SocketTimeoutException when nobody answers */
    DnsMessage ask(String name, int type) throws IOException {
        return ask(name, type, PATIENCE_MILLIS);
    }

    /** Whether anybody answers at all. */
    boolean isAnswered(String name) throws IOException {
        try {
            ask(name, DnsMessage.A, 300);
            return true;
        } catch (SocketTimeoutException nobody) {
            return false;
        }
    }

    private DnsMessage ask(String name, int type, int millis) throws IOException {
        byte[] query = DnsMessage.question(++lastId, name, type);
        for (int tried = 1; ; tried++) {
            send(query);
            try {
                return receive(millis);
            } catch (SocketTimeoutException lost) {
                if (tried == TRIES) {
                    throw lost;
                }
            }
        }
    }

    private DnsMessage receive(int millis) throws IOException {
        socket.setSoTimeout(millis);
        while (true) {
            DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
            socket.receive(packet);
            byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
            if (answer.length > 2 && ((answer[0] & 0xff) << 8 | answer[1] & 0xff) == lastId) {
                return DnsMessage.read(answer);
            }
        }
    }

    void send(byte[] packet) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, server));
    }

    /** A connection, for {@link #askOver}. */
    Socket connect() throws IOException {
        Socket connection = new Socket();
        try {
            connection.setSoTimeout(PATIENCE_MILLIS * TRIES);
            connection.connect(server, PATIENCE_MILLIS);
            return connection;
        } catch (IOException failed) {
            connection.close();
            throw failed;
        }
    }

    DnsMessage askOver(Socket connection, String name, int type) throws IOException {
        byte[] query = DnsMessage.question(++lastId, name, type);
        byte[] frame = new byte[query.length + 2];
        frame[1] = (byte) query.length;
        System.arraycopy(query, 0, frame, 2, query.length);
        connection.getOutputStream().write(frame);
        DataInputStream in = new DataInputStream(connection.getInputStream());
        byte[] answer = new byte[in.readUnsignedShort()];
        in.readFully(answer);
        return DnsMessage.read(answer);
    }

    @Override
    public void close() {
        socket.close();
    }
}
