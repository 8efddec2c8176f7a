package io.ngrokd.kit.listener;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A line of {@code /proc/net/tcp} or {@code tcp6}.
 *
 * @param local the address it is bound to
 * @param port the port it is bound to
 * @param isListening whether it accepts connections
 * @param user the number of the user who opened it
 * @param inode its number among sockets; 0 when no process has it any more
 */
record SocketRow(InetAddress local, int port, boolean isListening, String user, String inode) {

    private static final String LISTEN = "0A";
    private static final int FIELDS = 10;

    /** Empty for a line that is none of these. */
    static Optional<SocketRow> parse(String line) {
        String[] fields = line.strip().split("\\s+");
        String[] place = fields.length < FIELDS ? new String[0] : fields[1].split(":");
        if (place.length != 2) {
            return Optional.empty();
        }
        try {
            int port = Integer.parseInt(place[1], 16);
            return Optional.of(new SocketRow(address(place[0]), port, fields[3].equals(LISTEN), fields[7], fields[9]));
        } catch (IllegalArgumentException | UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** Words of 32 bits, each in this machine's order of bytes. */
    private static InetAddress address(String hex) throws UnknownHostException {
        ByteBuffer written = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        ByteBuffer turned = ByteBuffer.allocate(written.capacity()).order(ByteOrder.nativeOrder());
        while (written.remaining() >= Integer.BYTES) {
            turned.putInt(written.getInt());
        }
        return InetAddress.getByAddress(turned.array());
    }

    /** Whether nobody else can listen there because of it. */
    boolean isInTheWayOf(InetAddress wanted, int wantedPort) {
        return port == wantedPort && (local.isAnyLocalAddress() || wanted.isAnyLocalAddress() || local.equals(wanted));
    }
}
