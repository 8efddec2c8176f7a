package io.ngrokd.daemon.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The comparison itself: what it lets pass, and that it lets nothing else pass. */
class ComparisonTest {

    private static final Message REQUEST = new Message("GET /a HTTP/1.1", List.of("host: x", "X-A: b", "X-B:  c "), "5;e\r\nhello\r\n0\r\nT: u\r\n\r\n");
    private static final Message FORWARDED = REQUEST.withFields(List.of("host: diff.demo", "X-A: b", "X-B:  c "));
    private static final Message ANSWER = new Message("HTTP/1.1 200 OK", List.of("A: b"), "body");

    private static List<String> differences(Message direct, Message through) {
        return Comparison.differences(new Transcript(List.of(direct), List.of(ANSWER), "kept"),
                new Transcript(List.of(through), List.of(ANSWER), "kept"));
    }

    @Test
    void hostAndAbsoluteTargetAndHopMayDiffer() {
        assertEquals(List.of(), differences(REQUEST, FORWARDED));
        assertEquals(List.of(), differences(REQUEST.withStart("GET http://Diff.demo:80/a HTTP/1.1"), FORWARDED));
        assertEquals(List.of(), differences(
                REQUEST.withFields(List.of("Connection: x-hop", "X-Hop: 1", "A: b")), REQUEST.withFields(List.of("Host: diff.demo", "A: b"))));
    }

    @Test
    void nothingElseMay() {
        List<Message> wrong = List.of(
                FORWARDED.withStart("GET /A HTTP/1.1"), FORWARDED.withStart("GET /a HTTP/1.0"), FORWARDED.withBody("5\r\nhello\r\n0\r\nT: u\r\n\r\n"),
                FORWARDED.withBody("5;e\r\nhello\r\n0\r\n\r\n"), REQUEST,
                FORWARDED.withFields(List.of("Host: diff.demo", "X-A: b", "X-B:  c ")), FORWARDED.withFields(List.of("host: diff.demo", "X-B:  c ", "X-A: b")),
                FORWARDED.withFields(List.of("host: diff.demo", "X-A: b", "X-B: c")), FORWARDED.withFields(List.of("host: diff.demo", "X-A: b")),
                FORWARDED.withFields(List.of("host: diff.demo", "X-A: b", "X-B:  c ", "Via: 1.1 x")));
        for (Message each : wrong) {
            assertEquals(1, differences(REQUEST, each).size(), each::toString);
        }
        Message upgrade = REQUEST.withFields(List.of("host: diff.demo", "Connection: upgrade", "Upgrade: x"));
        assertEquals(1, differences(upgrade, upgrade.withFields(List.of("host: diff.demo", "Upgrade: x"))).size());
        Transcript whole = new Transcript(List.of(), List.of(ANSWER), "kept");
        for (Transcript each : List.of(new Transcript(List.of(), List.of(ANSWER), "closed"), new Transcript(List.of(), List.of(), "kept"),
                new Transcript(List.of(FORWARDED), List.of(ANSWER), "kept"),
                new Transcript(List.of(), List.of(ANSWER.withStart("HTTP/1.1 200 Ok")), "kept"),
                new Transcript(List.of(), List.of(ANSWER.withFields(List.of("a: b"))), "kept"),
                new Transcript(List.of(), List.of(ANSWER.withBody("bodY")), "kept"))) {
            assertEquals(1, Comparison.differences(whole, each).size(), each::toString);
        }
    }

    @Test
    void theGrammarIsTheSameForTheSameSeedAndRich() {
        List<Scenario> scenarios = new Grammar(1).scenarios(400);
        assertEquals(scenarios, new Grammar(1).scenarios(400));
        String all = scenarios.toString();
        for (String part : List.of(" HTTP/1.0\r\n", "OPTIONS * ", "GET http://diff.demo/", "HEAD /", "Expect: 100-", "103 Early Hints", "101 Switching",
                "HTTP/1.1 204 ", "HTTP/1.1 304 ", "Transfer-Encoding: chunked", ";a=b;c=\"d;e\"\r\n", "\r\nX-Sum: 1\r\n", "Connection: close",
                "X-Hop , te", "pipelined=true", "Content-Length: 00")) {
            assertTrue(all.contains(part), part);
        }
    }
}
