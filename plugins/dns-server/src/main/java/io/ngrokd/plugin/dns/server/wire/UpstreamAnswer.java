package io.ngrokd.plugin.dns.server.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * An answer from upstream without its EDNS, ready to be given to any client who asks the same. Immutable; the array belongs to it.
 *
 * @param bytes the message
 * @param rcode what became of the question
 * @param ttlAt where in the message times to live stand
 * @param keepSeconds how long it may be kept: the shortest time to live of its records, for an answer without data that which its
 *     SOA grants; 0 when it may not
 */
public record UpstreamAnswer(byte[] bytes, int rcode, List<Integer> ttlAt, int keepSeconds) {

    private static final int LONGEST_POSITIVE = 86_400;
    private static final int LONGEST_NEGATIVE = 10_800;
    private static final int NXDOMAIN = 3;

    /**
     * Takes a whole answer apart.
     *
     * @param type the question's
     * @throws IOException when it cannot be read to its end
     */
    public static UpstreamAnswer read(byte[] message, int type) throws IOException {
        if (message.length <= Query.HEADER || (message[2] & 0x02) != 0) {
            throw new IOException("answer is cut short");
        }
        Message parsed;
        byte[] bytes;
        try {
            parsed = new Message(message);
            for (Record extra : List.copyOf(parsed.getSection(Section.ADDITIONAL))) {
                if (extra.getType() == Type.OPT) {
                    parsed.removeRecord(extra, Section.ADDITIONAL);
                }
            }
            // Written anew: names that point to wherever it pleased the sender would change with what we change.
            bytes = parsed.toWire();
        } catch (RuntimeException unreadable) {
            throw new IOException("unreadable answer", unreadable);
        }
        List<Integer> ttlAt = new ArrayList<>();
        findTimes(bytes, recordCount(bytes), ttlAt);
        int rcode = bytes[3] & 0x0f;
        return new UpstreamAnswer(bytes, rcode, List.copyOf(ttlAt), keep(parsed, rcode, type));
    }

    private static int recordCount(byte[] message) {
        return Query.unsignedShort(message, 6) + Query.unsignedShort(message, 8) + Query.unsignedShort(message, 10);
    }

    private static void findTimes(byte[] bytes, int count, List<Integer> offsets) throws IOException {
        try {
            int at = endOfName(bytes, Query.HEADER) + 4;
            for (int record = 0; record < count; record++) {
                at = endOfName(bytes, at);
                offsets.add(at + 4);
                at += 10 + Query.unsignedShort(bytes, at + 8);
            }
            if (at > bytes.length) {
                throw new IOException("answer is cut short");
            }
        } catch (IndexOutOfBoundsException cut) {
            throw new IOException("answer is cut short", cut);
        }
    }

    private static int endOfName(byte[] bytes, int start) {
        int at = start;
        while (bytes[at] > 0) {
            at += bytes[at] + 1;
        }
        return at + (bytes[at] == 0 ? 1 : 2);
    }

    private static int keep(Message parsed, int rcode, int type) {
        List<Record> answers = parsed.getSection(Section.ANSWER);
        long shortest = answers.stream().mapToLong(Record::getTTL).min().orElse(LONGEST_POSITIVE);
        if (rcode != NXDOMAIN && answers.stream().anyMatch(record -> record.getType() == type)) {
            return (int) Math.min(shortest, LONGEST_POSITIVE);
        }
        long negative = parsed.getSection(Section.AUTHORITY).stream()
                .filter(SOARecord.class::isInstance)
                .map(SOARecord.class::cast)
                .mapToLong(soa -> Math.min(soa.getTTL(), soa.getMinimum()))
                .min().orElse(0);
        return (int) Math.min(Math.min(shortest, negative), LONGEST_NEGATIVE);
    }

    /** A copy whose times to live are {@code elapsed} seconds shorter. */
    byte[] aged(long elapsed) {
        return withTtl(ttl -> Math.max(0, ttl - elapsed));
    }

    /** A copy with these times to live, in seconds. */
    byte[] stale(long seconds) {
        return withTtl(_ -> seconds);
    }

    private byte[] withTtl(LongUnaryOperator change) {
        byte[] copy = bytes.clone();
        for (int at : ttlAt) {
            long ttl = (long) Query.unsignedShort(copy, at) << 16 | Query.unsignedShort(copy, at + 2);
            long left = change.applyAsLong(ttl);
            for (int part = 0; part < 4; part++) {
                copy[at + part] = (byte) (left >> 24 - 8 * part);
            }
        }
        return copy;
    }
}
