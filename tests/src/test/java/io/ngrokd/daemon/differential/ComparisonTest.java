package io.ngrokd.daemon.differential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
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
    void teHasToBeNamedAndHttp10HasNone() {
        Message named = FORWARDED.withFields(List.of("host: diff.demo", "TE: trailers", "Connection: TE"));
        Message unnamed = FORWARDED.withFields(List.of("host: diff.demo", "TE: trailers"));
        Message none = FORWARDED.withFields(List.of("host: diff.demo"));
        for (Message direct : List.of(named, unnamed)) {
            assertEquals(List.of(), differences(direct, named));
            assertEquals(1, differences(direct, unnamed).size());
            assertEquals(1, differences(direct, none).size());
            Message old = direct.withStart("GET /a HTTP/1.0");
            assertEquals(2, differences(old, named.withStart(old.start())).size(), "nor is the old client told that its connection stays");
        }
        assertEquals(List.of("the connection: kept, but the last answer says '[A: b]'"),
                differences(unnamed.withStart("GET /a HTTP/1.0"), none.withStart("GET /a HTTP/1.0")));
    }

    private static List<String> ends(Message request, Message answer, String direct, Message told, String through) {
        return Comparison.differences(new Transcript(List.of(request), List.of(answer), direct),
                new Transcript(List.of(FORWARDED.withStart(request.start())), List.of(told), through));
    }

    @Test
    void clientKeepsItsConnectionUnlessItNeedsTheEndOrWantsIt() {
        Message sized = ANSWER.withFields(List.of("Content-Length: 4"));
        Message closing = FORWARDED.withFields(with(FORWARDED, "Connection: close"));
        Message old = FORWARDED.withStart("GET /a HTTP/1.0");
        Message told = sized.withFields(with(sized, "Connection: close"));
        assertEquals(List.of(), ends(FORWARDED, sized, "closed", sized, "kept"));
        assertEquals(List.of(), ends(closing, sized, "closed", told, "closed"));
        assertEquals(List.of(), ends(old, sized, "closed", told, "closed"));
        assertEquals(List.of(), ends(old.withFields(with(old, "Connection: Keep-Alive")), sized, "closed",
                sized.withFields(with(sized, "Connection: keep-alive")), "kept"));
        assertEquals(List.of(), ends(FORWARDED, ANSWER, "closed", ANSWER.withFields(List.of("A: b", "Connection: close")), "closed"));
        assertEquals(1, ends(FORWARDED, sized, "closed", told, "closed").size(), "it need not end");
        assertEquals(1, ends(FORWARDED, ANSWER, "closed", ANSWER, "kept").size(), "the answer has no other end");
        assertEquals(1, ends(closing, sized, "closed", sized, "kept").size(), "the client wants the end");
        assertEquals(1, ends(closing, sized, "closed", sized, "closed").size(), "and is to be told of it");
        assertEquals(1, ends(FORWARDED, sized, "kept", told, "kept").size(), "or else of none");
    }

    private static List<String> with(Message message, String field) {
        return Stream.concat(message.fields().stream(), Stream.of(field)).toList();
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
