package io.ngrokd.plugin.dns.server.upstream;

import io.ngrokd.plugin.dns.server.wire.NameBytes;
import io.ngrokd.plugin.dns.server.wire.Query;
import io.ngrokd.plugin.dns.server.wire.Question;
import java.security.SecureRandom;
import java.util.Arrays;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * One message to one upstream: a question in letters of our choosing under a number of our choosing, and what makes an answer its
 * answer. Immutable; the arrays belong to it.
 */
record Attempt(byte[] message, byte[] section, boolean edns) {

    private static final SecureRandom RANDOM = new SecureRandom();
    /** Fewer letters may look as we chose them by chance. */
    private static final int ENOUGH_LETTERS = 8;

    /** What came back. */
    enum Fit {
        /** Nothing that we asked for. */
        FOREIGN,
        /** Our question with other letters. */
        OTHER_CASE,
        /** Our question. */
        OURS
    }

    static Attempt of(Question question, boolean randomCase, boolean edns) {
        byte[] section = question.section().clone();
        int nameLength = question.name().length;
        System.arraycopy(question.name(), 0, section, 0, nameLength);
        if (randomCase) {
            randomize(section, nameLength);
        }
        byte[] opt = edns
                ? new OPTRecord(Query.OUR_PAYLOAD, 0, 0, question.dnssecOk() ? 0x8000 : 0).toWire(Section.ADDITIONAL) : new byte[0];
        byte[] message = new byte[Query.HEADER + section.length + opt.length];
        int id = RANDOM.nextInt(1 << 16);
        message[0] = (byte) (id >> 8);
        message[1] = (byte) id;
        message[2] = 1;
        message[3] = (byte) (question.checkingDisabled() ? 0x10 : 0);
        message[5] = 1;
        message[11] = (byte) (edns ? 1 : 0);
        System.arraycopy(section, 0, message, Query.HEADER, section.length);
        System.arraycopy(opt, 0, message, Query.HEADER + section.length, opt.length);
        return new Attempt(message, section, edns);
    }

    private static void randomize(byte[] section, int nameLength) {
        byte[] coins = new byte[nameLength];
        RANDOM.nextBytes(coins);
        for (int at = 0; at < nameLength; at++) {
            // Lengths are below 64 and so no letters.
            if (section[at] >= 'a' && section[at] <= 'z' && coins[at] < 0) {
                section[at] -= 'a' - 'A';
            }
        }
    }

    /** Whether a message is an answer to this one. */
    Fit fit(byte[] answer) {
        if (answer.length < Query.HEADER || answer[0] != message[0] || answer[1] != message[1] || (answer[2] & 0xf8) != 0x80) {
            return Fit.FOREIGN;
        }
        if (isBareFormatError(answer)) {
            return Fit.OURS;
        }
        if (answer.length < Query.HEADER + section.length || answer[4] != 0 || answer[5] != 1) {
            return Fit.FOREIGN;
        }
        byte[] theirs = Arrays.copyOfRange(answer, Query.HEADER, Query.HEADER + section.length);
        if (Arrays.equals(theirs, section)) {
            return Fit.OURS;
        }
        return Arrays.equals(lower(theirs), lower(section)) ? Fit.OTHER_CASE : Fit.FOREIGN;
    }

    /** What a server that does not know EDNS may say, without repeating the question. */
    private boolean isBareFormatError(byte[] answer) {
        return edns && answer.length == Query.HEADER && (answer[3] & 0x0f) == Rcode.FORMERR && answer[4] == 0 && answer[5] == 0;
    }

    /** Whether a client's question has the very letters that we chose here, which it cannot have by chance. */
    boolean isAskedAgainBy(Question question) {
        byte[] lower = lower(section);
        int upperCase = 0;
        int letters = 0;
        for (int at = 0; at < section.length - 4; at++) {
            upperCase += section[at] != lower[at] ? 1 : 0;
            letters += lower[at] >= 'a' && lower[at] <= 'z' ? 1 : 0;
        }
        return letters >= ENOUGH_LETTERS && upperCase > 1 && upperCase < letters && Arrays.equals(question.section(), section);
    }

    private static byte[] lower(byte[] section) {
        byte[] lower = section.clone();
        for (int at = 0; at < lower.length - 4; at++) {
            lower[at] = NameBytes.lower(lower[at]);
        }
        return lower;
    }
}
