package io.ngrokd.plugin.dns.server.upstream;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.plugin.dns.server.Mutator;
import io.ngrokd.plugin.dns.server.wire.Query;
import io.ngrokd.plugin.dns.server.wire.Question;
import io.ngrokd.plugin.dns.server.wire.Replies;
import io.ngrokd.plugin.dns.server.wire.UpstreamAnswer;
import io.ngrokd.plugin.dns.server.wire.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Bad answers from upstream: a fixed number, from a fixed seed ({@code -Ddns.fuzz.cases}, {@code -Ddns.fuzz.seed}). */
@Timeout(300)
class AnswerFuzzTest {

    private static final int CASES = Integer.getInteger("dns.fuzz.cases", 200_000);
    private static final long SEED = Long.getLong("dns.fuzz.seed", 5);

    @Test
    void anAnswerIsReadWholeOrNotAtAll() throws Exception {
        Question question = question();
        Attempt attempt = Attempt.of(question, false, true);
        attempt.message()[0] = 1;
        attempt.message()[1] = 2;
        Mutator mutator = new Mutator(SEED, good(attempt));
        int believed = 0;
        for (int number = 0; number < CASES; number++) {
            byte[] bad = mutator.next();
            try {
                believed += passOn(question, attempt, bad) ? 1 : 0;
            } catch (RuntimeException | AssertionError broken) {
                throw new AssertionError("case " + number + ": " + HexFormat.of().formatHex(bad), broken);
            }
        }
        assertTrue(believed > CASES / 100, believed + " of " + CASES + " believed");
        System.out.printf("%d bad answers, %d of them harmless enough to be passed on%n", CASES, believed);
    }

    private static boolean passOn(Question question, Attempt attempt, byte[] bad) {
        if (attempt.fit(bad) == Attempt.Fit.FOREIGN) {
            return false;
        }
        UpstreamAnswer answer;
        try {
            answer = UpstreamAnswer.read(bad, question.type());
        } catch (IOException unreadable) {
            return false;
        }
        byte[] reply = Replies.fromUpstream(answer, question, 3, false, Replies.Reason.STALE);
        assertTrue(reply.length <= question.limit(), () -> reply.length + " bytes");
        try {
            assertNotEquals(null, new Message(reply).getQuestion());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
        return true;
    }

    private static Question question() throws IOException {
        Message message = Message.newQuery(Record.newRecord(Name.fromString("www.Example.net."), Type.A, DClass.IN));
        message.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        byte[] wire = message.toWire();
        Query query = new Query();
        assertTrue(query.read(wire, wire.length) == Verdict.QUESTION);
        return query.toQuestion(false);
    }

    private static List<byte[]> good(Attempt attempt) throws IOException {
        List<byte[]> good = new ArrayList<>();
        for (int records : new int[] {0, 1, 5, 60}) {
            Message answer = new Message(attempt.message());
            answer.getHeader().setFlag(Flags.QR);
            Name name = answer.getQuestion().getName();
            for (int number = 0; number < records; number++) {
                answer.addRecord(Record.newRecord(name, Type.A, DClass.IN, 60, new byte[] {10, 0, 0, (byte) number}), Section.ANSWER);
            }
            answer.addRecord(Record.fromString(Name.fromString("net."), Type.SOA, DClass.IN, 300, "a.net. b.net. 1 2 3 4 60", Name.root),
                    Section.AUTHORITY);
            good.add(answer.toWire());
            answer.addRecord(Record.fromString(Name.fromString("ns.net."), Type.AAAA, DClass.IN, 300, "fd00::1", Name.root), Section.ADDITIONAL);
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
            good.add(answer.toWire());
        }
        return good;
    }
}
