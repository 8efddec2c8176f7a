package io.ngrokd.plugin.dns.server.wire;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A message from a client, taken apart in place. One object reads one message after the other and must be used by one
 * thread at a time; what it says is true until the next {@link #read}.
 */
public final class Query {

    /** The bytes of a message's header. */
    public static final int HEADER = 12;
    /** The largest answer over UDP that we send and ask for: it fits into every path's packets. */
    public static final int OUR_PAYLOAD = 1232;
    private static final int PLAIN_PAYLOAD = 512;
    private static final int MOST_LABELS = 127;
    private static final int OPT_BYTES = 11;

    private final byte[] name = new byte[NameBytes.LONGEST];
    private final int[] labelAt = new int[MOST_LABELS + 1];
    private final int[] hashes = new int[MOST_LABELS + 1];
    private byte[] packet = {};
    private int labels;
    private int nameLength;
    private int type;
    private int dnsClass;
    private boolean edns;
    private boolean dnssecOk;
    private int payload;

    /** Reads the first {@code length} bytes of a packet, which must not change before the next call. */
    public Verdict read(byte[] bytes, int length) {
        packet = bytes;
        edns = false;
        dnssecOk = false;
        payload = PLAIN_PAYLOAD;
        if (length < HEADER || (bytes[2] & 0x80) != 0) {
            return Verdict.MALFORMED;
        }
        if ((bytes[2] & 0x78) != 0) {
            return Verdict.NOT_IMPLEMENTED;
        }
        if (unsignedShort(bytes, 4) != 1) {
            return Verdict.FORMAT_ERROR;
        }
        if (!readName(length) || HEADER + nameLength + 4 > length) {
            return Verdict.MALFORMED;
        }
        type = unsignedShort(bytes, HEADER + nameLength);
        dnsClass = unsignedShort(bytes, HEADER + nameLength + 2);
        hashSuffixes();
        return readRest(length);
    }

    private boolean readName(int length) {
        labels = 0;
        int at = HEADER;
        while (at < length) {
            int size = packet[at];
            if (size == 0) {
                name[at - HEADER] = 0;
                nameLength = at - HEADER + 1;
                return true;
            }
            // Pointers, which nothing before a question can be the aim of, are negative.
            if (size < 0 || size > 63 || at + size >= length || at - HEADER + size + 2 > NameBytes.LONGEST) {
                return false;
            }
            labelAt[labels++] = at - HEADER;
            for (int end = at + size; at <= end; at++) {
                name[at - HEADER] = NameBytes.lower(packet[at]);
            }
        }
        return false;
    }

    private void hashSuffixes() {
        int hash = 0;
        for (int label = labels - 1; label >= 0; label--) {
            hash = NameBytes.hash(hash, name, labelAt[label]);
            hashes[label] = hash;
        }
    }

    private Verdict readRest(int length) {
        int others = unsignedShort(packet, 6) + unsignedShort(packet, 8);
        int additional = unsignedShort(packet, 10);
        if (others + additional == 0) {
            return Verdict.QUESTION;
        }
        int at = questionEnd();
        if (others == 0 && additional == 1 && at + OPT_BYTES <= length && packet[at] == 0 && unsignedShort(packet, at + 1) == Type.OPT) {
            int options = at + OPT_BYTES;
            int end = options + unsignedShort(packet, at + 9);
            if (end > length) {
                return Verdict.MALFORMED;
            }
            takeOpt(unsignedShort(packet, at + 3), (packet[at + 7] & 0x80) != 0);
            if (packet[at + 6] != 0) {
                return Verdict.BAD_VERSION;
            }
            return areOptionsWhole(options, end) ? Verdict.QUESTION : Verdict.FORMAT_ERROR;
        }
        return readUnusual(length);
    }

    private boolean areOptionsWhole(int from, int end) {
        int at = from;
        while (at + 4 <= end) {
            at += 4 + unsignedShort(packet, at + 2);
        }
        return at == end;
    }

    /** Records in sections where questions have none, or several: dnsjava says whether they can be read. */
    private Verdict readUnusual(int length) {
        List<Record> opts;
        try {
            Message message = new Message(Arrays.copyOf(packet, length));
            opts = message.getSection(Section.ADDITIONAL).stream().filter(OPTRecord.class::isInstance).toList();
        } catch (IOException | RuntimeException unreadable) {
            return Verdict.MALFORMED;
        }
        if (opts.isEmpty()) {
            return Verdict.QUESTION;
        }
        OPTRecord opt = (OPTRecord) opts.getFirst();
        if (opts.size() > 1 || !opt.getName().equals(Name.root)) {
            return Verdict.FORMAT_ERROR;
        }
        takeOpt(opt.getPayloadSize(), (opt.getFlags() & 0x8000) != 0);
        return opt.getVersion() == 0 ? Verdict.QUESTION : Verdict.BAD_VERSION;
    }

    private void takeOpt(int size, boolean wantsDnssec) {
        edns = true;
        dnssecOk = wantsDnssec;
        payload = Math.clamp(size, PLAIN_PAYLOAD, OUR_PAYLOAD);
    }

    /** The question's name in lower case; longer than the name. */
    public byte[] name() {
        return name;
    }

    /** The bytes of the name, the final zero included: 1 to 255. */
    public int nameLength() {
        return nameLength;
    }

    /** How many labels the name has, the root not counted. */
    public int labels() {
        return labels;
    }

    /** Where in the name this label begins; 0 is the first, that of a host. */
    public int labelAt(int label) {
        return labelAt[label];
    }

    /** The hash of this label with all that follow, see {@link NameBytes#hash}. */
    public int hash(int label) {
        return hashes[label];
    }

    public int type() {
        return type;
    }

    public int dnsClass() {
        return dnsClass;
    }

    /** Whether recursion is desired. */
    public boolean wantsRecursion() {
        return (packet[2] & 1) != 0;
    }

    /** Whether the client speaks EDNS. */
    public boolean hasEdns() {
        return edns;
    }

    /** The largest answer over UDP, in bytes: 512 to 1232. */
    public int payload() {
        return payload;
    }

    boolean isDnssecOk() {
        return dnssecOk;
    }

    byte[] packet() {
        return packet;
    }

    /** Where the question ends. */
    int questionEnd() {
        return HEADER + nameLength + 4;
    }

    /** A copy that outlives this object's next message. */
    public Question toQuestion(boolean stream) {
        return new Question(unsignedShort(packet, 0), Arrays.copyOfRange(packet, HEADER, questionEnd()), Arrays.copyOf(name, nameLength), type,
                wantsRecursion(), (packet[3] & 0x10) != 0, edns, dnssecOk, stream ? 65_535 : payload);
    }

    static int unsignedShort(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}
