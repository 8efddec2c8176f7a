package io.ngrokd.plugin.dns.server;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A client with a UDP socket of its own. */
final class Client implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final InetSocketAddress server;
    private final DatagramSocket socket;

    Client(InetSocketAddress server) throws IOException {
        this(server, Lab.LOCAL);
    }

    Client(InetSocketAddress server, InetAddress from) throws IOException {
        this.server = server;
        socket = new DatagramSocket(new InetSocketAddress(from, 0));
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** A question that wants recursion. */
    static Message question(String name, int type) throws IOException {
        return Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN));
    }

    Message ask(String name, int type) throws IOException {
        return ask(question(name, type));
    }

    Message ask(Message query) throws IOException {
        return ask(query.toWire());
    }

    Message ask(byte[] query) throws IOException {
        return new Message(askForBytes(query));
    }

    byte[] askForBytes(byte[] query) throws IOException {
        send(query);
        while (true) {
            byte[] answer = receive();
            if (answer[0] == query[0] && answer[1] == query[1]) {
                return answer;
            }
        }
    }

    void send(byte[] packet) throws IOException {
        socket.send(new DatagramPacket(packet, packet.length, server));
    }

    byte[] receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    /** An answer if one comes soon. */
    Optional<byte[]> receiveSoon() throws IOException {
        return receiveWithin(300);
    }

    /** An answer if one comes in so many milliseconds. */
    Optional<byte[]> receiveWithin(int millis) throws IOException {
        socket.setSoTimeout(millis);
        try {
            return Optional.of(receive());
        } catch (SocketTimeoutException none) {
            return Optional.empty();
        } finally {
            socket.setSoTimeout(PATIENCE_MILLIS);
        }
    }

    int port() {
        return socket.getLocalPort();
    }

    Socket connect() throws IOException {
        Socket connection = new Socket();
        connection.setSoTimeout(PATIENCE_MILLIS);
        connection.bind(new InetSocketAddress(socket.getLocalAddress(), 0));
        connection.connect(server, PATIENCE_MILLIS);
        return connection;
    }

    Message askOverTcp(Message query) throws IOException {
        try (Socket connection = connect()) {
            connection.getOutputStream().write(framed(query.toWire()));
            return readFrame(connection);
        }
    }

    static byte[] framed(byte[] message) {
        byte[] frame = new byte[message.length + 2];
        frame[0] = (byte) (message.length >> 8);
        frame[1] = (byte) message.length;
        System.arraycopy(message, 0, frame, 2, message.length);
        return frame;
    }

    static Message readFrame(Socket connection) throws IOException {
        DataInputStream in = new DataInputStream(connection.getInputStream());
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return new Message(message);
    }

    /** Whether the other side closes without saying anything. */
    static boolean isClosedSilently(Socket connection) throws IOException {
        try {
            return connection.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (EOFException | java.net.SocketException closed) {
            return true;
        }
    }

    /** The data of the answer's records. */
    static List<String> answers(Message message) {
        return message.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    @Override
    public void close() {
        socket.close();
    }
}
