package io.ngrokd.plugin.dns.server.wire;

import java.util.Arrays;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/** Answers to questions that were kept for a while, each made for its client. */
public final class Replies {

    /** Why there is no proper answer (RFC 8914). */
    public enum Reason {
        /** No reason is given. */
        NONE(-1, ""),
        /** What was known before is given although its time is over. */
        STALE(ExtendedErrorCodeOption.STALE_ANSWER, "no upstream answers"),
        /** Nobody who was asked answered properly. */
        UNREACHABLE(ExtendedErrorCodeOption.NO_REACHABLE_AUTHORITY, "no upstream answers"),
        /** There is nobody to ask. */
        NOBODY(ExtendedErrorCodeOption.NETWORK_ERROR, "no upstream to ask"),
        /** An upstream asks us what we ask it. */
        LOOP(ExtendedErrorCodeOption.OTHER, "an upstream asks us in turn"),
        /** More questions are being asked than can be kept. */
        BUSY(ExtendedErrorCodeOption.OTHER, "too many questions at once");

        private final int code;
        private final String text;

        Reason(int code, String text) {
            this.code = code;
            this.text = text;
        }
    }

    private static final int STALE_TTL = 30;

    private Replies() {}

    /**
     * What upstream said, for this client.
     *
     * @param elapsed how long ago it said so, in seconds
     * @param missingIsEmpty whether "no such name" becomes "no data"
     * @param reason {@code STALE} for an answer whose time is over: it is given another 30 s (RFC 8767)
     */
    public static byte[] fromUpstream(
            UpstreamAnswer answer, Question question, long elapsed, boolean missingIsEmpty, Reason reason) {
        byte[] body = reason == Reason.STALE ? answer.stale(STALE_TTL) : answer.aged(elapsed);
        header(body, question, missingIsEmpty && answer.rcode() == Rcode.NXDOMAIN ? Rcode.NOERROR : answer.rcode());
        byte[] opt = opt(question, reason);
        int questionEnd = Query.HEADER + question.section().length;
        if (body.length + opt.length > question.limit()) {
            body = Arrays.copyOf(body, questionEnd);
            Arrays.fill(body, 6, Query.HEADER, (byte) 0);
            body[2] |= 0x02;
        }
        return append(body, opt);
    }

    /** An answer without a record: SERVFAIL and the like. */
    public static byte[] failure(Question question, int rcode, Reason reason) {
        byte[] body = new byte[Query.HEADER + question.section().length];
        body[5] = 1;
        header(body, question, rcode);
        return append(body, opt(question, reason));
    }

    private static void header(byte[] body, Question question, int rcode) {
        body[0] = (byte) (question.id() >> 8);
        body[1] = (byte) question.id();
        body[2] = (byte) (0x80 | (question.wantsRecursion() ? 1 : 0));
        body[3] = (byte) (0x80 | (question.checkingDisabled() ? 0x10 : 0) | rcode);
        System.arraycopy(question.section(), 0, body, Query.HEADER, question.section().length);
    }

    private static byte[] append(byte[] body, byte[] opt) {
        if (opt.length == 0) {
            return body;
        }
        byte[] whole = Arrays.copyOf(body, body.length + opt.length);
        System.arraycopy(opt, 0, whole, body.length, opt.length);
        int additional = Query.unsignedShort(whole, 10) + 1;
        whole[10] = (byte) (additional >> 8);
        whole[11] = (byte) additional;
        return whole;
    }

    private static byte[] opt(Question question, Reason reason) {
        if (!question.edns()) {
            return new byte[0];
        }
        int flags = question.dnssecOk() ? 0x8000 : 0;
        OPTRecord opt = reason == Reason.NONE ? new OPTRecord(Query.OUR_PAYLOAD, 0, 0, flags)
                : new OPTRecord(Query.OUR_PAYLOAD, 0, 0, flags, new ExtendedErrorCodeOption(reason.code, reason.text));
        return opt.toWire(Section.ADDITIONAL);
    }
}
