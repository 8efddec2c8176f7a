package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.plugin.dns.server.upstream.Patience;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(300)
class CacheTest {

    private Lab lab;
    private FakeUpstream upstream;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        upstream = new FakeUpstream();
        serve(Lab.UNHURRIED);
    }

    private void serve(Patience patience) throws Exception {
        lab = new Lab(true, patience);
        lab.upstreams.add(upstream.address);
        lab.apply();
        client = lab.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        lab.close();
        upstream.close();
    }

    @Test
    void anAnswerIsKeptAndAges() throws Exception {
        client.ask("www.example.net", Type.A);
        Thread.sleep(1_100);
        Message second = client.ask("WWW.example.net", Type.A);
        assertEquals(List.of("192.0.2.1"), Client.answers(second));
        assertEquals("WWW.example.net.", second.getSection(Section.ANSWER).getFirst().getName().toString());
        long ttl = second.getSection(Section.ANSWER).getFirst().getTTL();
        assertTrue(ttl < 60 && ttl > 0, "TTL " + ttl);
        assertEquals(1, upstream.asked.size());
        client.ask("www.example.net", Type.AAAA);
        assertEquals(2, upstream.asked.size());
        assertEquals("dnsjava, 3 queries, 33 % of 3 upstream ones from the cache", lab.server.description());
    }

    @Test
    void anAnswerIsKeptNoLongerThanItsShortestTimeToLive() throws Exception {
        upstream.behaviour = query -> List.of(FakeUpstream.answer(query, query.getQuestion().getName() + " 60 CNAME other.example.",
                "other.example. 1 A 192.0.2.1").toWire());
        client.ask("www.example.net", Type.A);
        Thread.sleep(1_200);
        client.ask("www.example.net", Type.A);
        assertEquals(2, upstream.asked.size());
        upstream.behaviour = query -> List.of(FakeUpstream.address(query, "192.0.2.1", 0).toWire());
        client.ask("never.example.net", Type.A);
        client.ask("never.example.net", Type.A);
        assertEquals(4, upstream.asked.size());
    }

    @Test
    void negativeAnswersAreKeptAsLongAsTheirSoaGrants() throws Exception {
        for (int rcode : new int[] {Rcode.NXDOMAIN, Rcode.NOERROR}) {
            int before = upstream.asked.size();
            upstream.behaviour = query -> List.of(FakeUpstream.missing(query, rcode, 60).toWire());
            assertEquals(rcode, client.ask("long" + rcode + ".example.net", Type.A).getRcode());
            assertEquals(rcode, client.ask("long" + rcode + ".example.net", Type.A).getRcode());
            assertEquals(before + 1, upstream.asked.size());
            upstream.behaviour = query -> List.of(FakeUpstream.missing(query, rcode, 0).toWire());
            client.ask("short" + rcode + ".example.net", Type.A);
            client.ask("short" + rcode + ".example.net", Type.A);
            upstream.behaviour = query -> List.of(FakeUpstream.failure(query, rcode).toWire());
            client.ask("without" + rcode + ".example.net", Type.A);
            client.ask("without" + rcode + ".example.net", Type.A);
            assertEquals(before + 5, upstream.asked.size());
        }
    }

    @Test
    void failuresAreRememberedForAFewSecondsOnly() throws Exception {
        upstream.behaviour = query -> List.of(FakeUpstream.failure(query, Rcode.SERVFAIL).toWire());
        assertEquals(Rcode.SERVFAIL, client.ask("www.example.net", Type.A).getRcode());
        int asked = upstream.asked.size();
        assertEquals(Rcode.SERVFAIL, client.ask("www.example.net", Type.A).getRcode());
        assertEquals(asked, upstream.asked.size());
        upstream.behaviour = query -> List.of(FakeUpstream.address(query, "192.0.2.1", 60).toWire());
        Thread.sleep(5_200);
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)));
    }

    @Test
    void whatWasKnownIsGivenWhileUpstreamIsDown() throws Exception {
        client.close();
        lab.close();
        serve(Patience.USUAL);
        upstream.behaviour = query -> List.of(FakeUpstream.address(query, "192.0.2.1", 1).toWire());
        client.ask("www.example.net", Type.A);
        upstream.behaviour = _ -> List.of();
        Thread.sleep(1_200);
        Message query = Client.question("www.example.net", Type.A);
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        Message stale = client.ask(query);
        assertEquals(List.of("192.0.2.1"), Client.answers(stale));
        assertEquals(30, stale.getSection(Section.ANSWER).getFirst().getTTL());
        ExtendedErrorCodeOption reason = (ExtendedErrorCodeOption) stale.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).getFirst();
        assertEquals(ExtendedErrorCodeOption.STALE_ANSWER, reason.getErrorCode());
        upstream.close();
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)));
        assertEquals(Rcode.SERVFAIL, client.ask("unknown.example.net", Type.A).getRcode());
    }

    @Test
    void noMoreIsKeptThanMayBe() throws Exception {
        lab.cacheEntries = 10;
        lab.apply();
        for (int number = 0; number < 30; number++) {
            client.ask("name" + number + ".example.net", Type.A);
        }
        client.ask("name29.example.net", Type.A);
        assertEquals(30, upstream.asked.size());
        client.ask("name0.example.net", Type.A);
        assertEquals(31, upstream.asked.size());
        lab.cacheEntries = 0;
        lab.apply();
        client.ask("name29.example.net", Type.A);
        client.ask("name29.example.net", Type.A);
        assertEquals(33, upstream.asked.size());
    }
}
