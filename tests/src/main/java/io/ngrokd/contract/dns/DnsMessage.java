package io.ngrokd.contract.dns;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * As much of a DNS message as the contract speaks of.
 *
 * @param id the asker's number
 * @param flags the header's second pair of bytes
 * @param name the question's, with its letters as they are, without the final dot
 * @param type the question's
 * @param addresses those in the answer section
 * @param ttls of the records in the answer section, in seconds
 * @param authorities how many records say whose zone it is
 */
record DnsMessage(int id, int flags, String name, int type, List<String> addresses, List<Long> ttls, int authorities) {

    static final int A = 1;
    static final int AAAA = 28;
    static final int HTTPS = 65;
    static final int SERVFAIL = 2;
    static final int NXDOMAIN = 3;
    private static final int ANSWER = 0x8000;
    private static final int RECURSION_DESIRED = 0x0100;

    static byte[] question(int id, String name, int type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ByteBuffer.allocate(12).putShort((short) id).putShort((short) RECURSION_DESIRED).putShort((short) 1).array());
        for (String label : name.split("[.]")) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.write(0);
        out.writeBytes(new byte[] {(byte) (type >> 8), (byte) type, 0, 1});
        return out.toByteArray();
    }

    /** The answer to a question, an address that may be kept for a minute. */
    static byte[] answer(byte[] question, InetAddress address) {
        ByteBuffer whole = ByteBuffer.wrap(question);
        int end = whole.position(endOfName(whole.position(12)) + 4).position();
        ByteBuffer answer = ByteBuffer.allocate(end + 16).put(question, 0, end);
        answer.putShort(2, (short) (ANSWER | RECURSION_DESIRED | 0x80)).putShort(6, (short) 1).putShort(10, (short) 0);
        return answer.putShort((short) 0xc00c).putShort((short) A).putShort((short) 1).putInt(60).putShort((short) 4)
                .put(address.getAddress()).array();
    }

    /** @throws IllegalArgumentException when it is no message */
    static DnsMessage read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int id = in.getShort() & 0xffff;
            int flags = in.getShort() & 0xffff;
            in.getShort();
            int answers = in.getShort();
            int authorities = in.getShort();
            in.getShort();
            String name = name(in);
            int type = in.getShort();
            in.getShort();
            List<String> addresses = new ArrayList<>();
            List<Long> ttls = new ArrayList<>();
            for (int answer = 0; answer < answers; answer++) {
                in.position(endOfName(in));
                int answerType = in.getShort();
                in.getShort();
                ttls.add(in.getInt() & 0xffff_ffffL);
                byte[] data = new byte[in.getShort() & 0xffff];
                in.get(data);
                if (answerType == A || answerType == AAAA) {
                    addresses.add(InetAddress.getByAddress(data).getHostAddress());
                }
            }
            return new DnsMessage(id, flags, name, type, addresses, ttls, authorities);
        } catch (RuntimeException | UnknownHostException malformed) {
            throw new IllegalArgumentException("no DNS message: " + HexFormat.of().formatHex(bytes), malformed);
        }
    }

    private static String name(ByteBuffer in) {
        List<String> labels = new ArrayList<>();
        for (int length = in.get(); length != 0; length = in.get()) {
            byte[] label = new byte[length];
            in.get(label);
            labels.add(new String(label, StandardCharsets.US_ASCII));
        }
        return String.join(".", labels);
    }

    private static int endOfName(ByteBuffer in) {
        int at = in.position();
        while (in.get(at) > 0) {
            at += in.get(at) + 1;
        }
        return at + (in.get(at) == 0 ? 1 : 2);
    }

    int rcode() {
        return flags & 0xf;
    }

    boolean isAuthoritative() {
        return (flags & 0x0400) != 0;
    }

    boolean isCut() {
        return (flags & 0x0200) != 0;
    }
}
