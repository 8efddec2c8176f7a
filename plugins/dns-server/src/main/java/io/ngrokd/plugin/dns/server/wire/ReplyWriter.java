package io.ngrokd.plugin.dns.server.wire;

import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/**
 * Writes one answer after the other into the same bytes; one thread at a time. Owners of records are pointers into the
 * question, so that they bear the client's own letters.
 */
public final class ReplyWriter {

    private static final int LARGEST = 65_535;
    private static final int OPT_BYTES = 11;
    /** Those who serve a zone of their own making say so (RFC 6303): "nobody.invalid". */
    private static final byte[] NOBODY = NameBytes.of("nobody.invalid").orElseThrow();
    private static final byte[] RFC_8482 = {7, 'R', 'F', 'C', '8', '4', '8', '2', 0};
    private static final int ANY_LONG = 3600;

    private final byte[] bytes = new byte[LARGEST];
    private int at;
    private int start;
    private int limit;
    private int answers;
    private int authorities;
    private boolean full;
    private boolean edns;
    private boolean dnssecOk;
    private int highRcode;

    /** What has been written; as long as {@link #finish} said. */
    public byte[] bytes() {
        return bytes;
    }

    /** Begins an answer that repeats the question and is no longer than {@code most} bytes. */
    public void begin(Query query, int rcode, boolean authoritative, boolean recursion, int most) {
        start = query.questionEnd();
        header(query, rcode, authoritative, recursion, most, start);
        bytes[5] = 1;
    }

    /** Begins an answer to something whose question cannot be repeated. */
    public void beginWithout(Query query, int rcode) {
        start = Query.HEADER;
        header(query, rcode, false, false, LARGEST, Query.HEADER);
        bytes[5] = 0;
        // What the message asked for (its opcode) is repeated.
        bytes[2] |= (byte) (query.packet()[2] & 0x78);
    }

    private void header(Query query, int rcode, boolean authoritative, boolean recursion, int most, int length) {
        byte[] packet = query.packet();
        System.arraycopy(packet, 0, bytes, 0, length);
        bytes[2] = (byte) (0x80 | (authoritative ? 0x04 : 0) | packet[2] & 0x01);
        bytes[3] = (byte) ((recursion ? 0x80 : 0) | packet[3] & 0x10 | rcode & 0x0f);
        bytes[4] = 0;
        for (int index = 6; index < Query.HEADER; index++) {
            bytes[index] = 0;
        }
        at = length;
        edns = query.hasEdns();
        dnssecOk = query.isDnssecOk();
        highRcode = rcode >> 4;
        limit = most - (edns ? OPT_BYTES : 0);
        answers = 0;
        authorities = 0;
        full = false;
    }

    /** An address of the question's name, 4 or 16 bytes, in the answer section. */
    public void address(byte[] address, int ttl) {
        if (open(0, address.length == 4 ? Type.A : Type.AAAA, ttl, address.length)) {
            put(address);
            answers++;
        }
    }

    /** The host that the question's name, an address in reverse, belongs to. */
    public void pointer(byte[] host, int ttl) {
        if (open(0, Type.PTR, ttl, host.length)) {
            put(host);
            answers++;
        }
    }

    /** The one record that stands for "any" (RFC 8482). */
    public void hostInfo() {
        if (open(0, Type.HINFO, ANY_LONG, RFC_8482.length)) {
            put(RFC_8482);
            answers++;
        }
    }

    /** The name server of the question's name, which is that itself (RFC 6303). */
    public void nameServer(int ttl) {
        if (open(0, Type.NS, ttl, 2)) {
            twoBytes(0xc000 | Query.HEADER);
            answers++;
        }
    }

    /** The question's name is a zone's own. */
    public void startOfAuthority(int ttl) {
        if (authority(0, ttl)) {
            answers++;
        }
    }

    /** There is no answer; the zone that says so begins with the question's byte {@code offset}. */
    public void noAnswer(int offset, int ttl) {
        if (authority(offset, ttl)) {
            authorities++;
        }
    }

    private boolean authority(int offset, int ttl) {
        if (!open(offset, Type.SOA, ttl, 2 + NOBODY.length + 20)) {
            return false;
        }
        twoBytes(0xc000 | Query.HEADER + offset);
        put(NOBODY);
        // Serial, refresh, retry and expiry are for secondary servers, which there are none of.
        fourBytes(1);
        fourBytes(3600);
        fourBytes(1200);
        fourBytes(604_800);
        fourBytes(ttl);
        return true;
    }

    private boolean open(int offset, int type, int ttl, int length) {
        if (full || at + 12 + length > limit) {
            full = true;
            return false;
        }
        twoBytes(0xc000 | Query.HEADER + offset);
        twoBytes(type);
        twoBytes(1);
        fourBytes(ttl);
        twoBytes(length);
        return true;
    }

    /** Marks the answer as cut short, so that the client asks again over TCP, whatever was written. */
    public void cut() {
        full = true;
    }

    /** Ends the answer, as cut short when it did not fit. Returns its length in bytes. */
    public int finish() {
        if (full) {
            at = start;
            answers = 0;
            authorities = 0;
            bytes[2] |= 0x02;
        }
        bytes[6] = (byte) (answers >> 8);
        bytes[7] = (byte) answers;
        bytes[9] = (byte) authorities;
        if (edns) {
            bytes[11] = 1;
            bytes[at++] = 0;
            twoBytes(Type.OPT);
            twoBytes(Query.OUR_PAYLOAD);
            bytes[at++] = (byte) highRcode;
            bytes[at++] = 0;
            twoBytes(dnssecOk ? 0x8000 : 0);
            twoBytes(0);
        }
        return at;
    }

    /** The whole answer that a version of EDNS which we do not speak gets. */
    public int badVersion(Query query) {
        begin(query, Rcode.BADVERS, false, false, LARGEST);
        return finish();
    }

    private void put(byte[] value) {
        System.arraycopy(value, 0, bytes, at, value.length);
        at += value.length;
    }

    private void twoBytes(int value) {
        bytes[at++] = (byte) (value >> 8);
        bytes[at++] = (byte) value;
    }

    private void fourBytes(int value) {
        twoBytes(value >>> 16);
        twoBytes(value);
    }
}
