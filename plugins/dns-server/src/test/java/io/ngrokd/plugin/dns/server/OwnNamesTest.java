package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(300)
class OwnNamesTest {

    private Lab lab;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        lab = new Lab()
                .name("app.example.com", "10.107.0.2")
                .name("*.example.com", "10.107.0.3")
                .name("*.deep.example.com", "10.107.0.4")
                .name("alone.example.org", "10.107.0.5")
                .name("everywhere.lab", "0.0.0.0")
                .name("b.c.lab", "10.107.0.6");
        lab.zones.add("lab");
        lab.apply();
        client = lab.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        lab.close();
    }

    @Test
    void exactNamesGoBeforeWildcardsAndLongerWildcardsBeforeShorter() throws Exception {
        assertAddress("app.example.com", "10.107.0.2");
        assertAddress("other.example.com", "10.107.0.3");
        assertAddress("one.two.three.example.com", "10.107.0.3");
        assertAddress("x.app.example.com", "10.107.0.3");
        assertAddress("a.deep.example.com", "10.107.0.4");
        assertAddress("a.b.deep.example.com", "10.107.0.4");
        assertAddress("deep.example.com", "10.107.0.3");
    }

    @Test
    void anAnswerBearsTheQuestionsLettersTheAuthorityAndTheTimeToLive() throws Exception {
        Message answer = client.ask("ApP.eXaMpLe.CoM", Type.A);
        Record record = answer.getSection(Section.ANSWER).getFirst();
        assertEquals("ApP.eXaMpLe.CoM.", answer.getQuestion().getName().toString());
        assertEquals("ApP.eXaMpLe.CoM.", record.getName().toString());
        assertEquals(30, record.getTTL());
        assertTrue(answer.getHeader().getFlag(Flags.AA) && answer.getHeader().getFlag(Flags.QR) && answer.getHeader().getFlag(Flags.RD)
                && answer.getHeader().getFlag(Flags.RA) && !answer.getHeader().getFlag(Flags.TC));
        lab.ttl = 0;
        lab.apply();
        assertEquals(0, client.ask("app.example.com", Type.A).getSection(Section.ANSWER).getFirst().getTTL());
    }

    @Test
    void otherTypesHaveNoDataAndTheZoneSaysSo() throws Exception {
        for (int type : new int[] {Type.AAAA, Type.HTTPS, Type.SVCB, Type.MX, Type.TXT, Type.CNAME, Type.DS}) {
            assertNoData("app.example.com", type, "example.com.");
            assertNoData("wild.example.com", type, "example.com.");
            assertNoData("alone.example.org", type, "alone.example.org.");
            assertNoData("everywhere.lab", type, "lab.");
        }
    }

    @Test
    void namesInOurZonesThatAreNoEndpointsDoNotExist() throws Exception {
        Message answer = client.ask("Nothing.LAB", Type.A);
        assertEquals(Rcode.NXDOMAIN, answer.getRcode());
        SOARecord soa = (SOARecord) answer.getSection(Section.AUTHORITY).getFirst();
        assertEquals("LAB.", soa.getName().toString());
        assertEquals(30, soa.getMinimum());
        assertEquals(30, soa.getTTL());
        assertTrue(answer.getHeader().getFlag(Flags.AA));
        assertNoData("c.lab", Type.A, "lab.");
        assertNoData("lab", Type.A, "lab.");
    }

    @Test
    void namesBelowAnExactNameAreNotOurs() throws Exception {
        assertEquals(Rcode.SERVFAIL, client.ask("www.alone.example.org", Type.A).getRcode(), "for there is nobody to ask");
        assertEquals(Rcode.SERVFAIL, client.ask("example.org", Type.A).getRcode());
        assertEquals(Rcode.SERVFAIL, client.ask("example.com", Type.A).getRcode(), "a wildcard's base");
    }

    @Test
    void zonesHaveTheirSoaAndNs() throws Exception {
        for (String zone : List.of("lab", "example.com", "deep.example.com", "alone.example.org")) {
            assertEquals(List.of(zone + "."), Client.answers(client.ask(zone, Type.NS)));
            assertEquals(List.of(zone + ". nobody.invalid. 1 3600 1200 604800 30"), Client.answers(client.ask(zone, Type.SOA)));
        }
        assertNoData("app.example.com", Type.SOA, "example.com.");
        assertNoData("b.c.lab", Type.NS, "lab.");
    }

    @Test
    void addressesOfOursHaveTheirNames() throws Exception {
        assertEquals(List.of("app.example.com."), Client.answers(client.ask("2.0.107.10.in-addr.arpa", Type.PTR)));
        assertNoData("2.0.107.10.in-addr.arpa", Type.A, "2.0.107.10.in-addr.arpa.");
        assertEquals(Rcode.SERVFAIL, client.ask("3.0.107.10.in-addr.arpa", Type.PTR).getRcode(), "a wildcard has no name");
    }

    @Test
    void theWildcardAddressIsTheOneTheClientUsed() throws Exception {
        InetAddress second = InetAddress.ofLiteral("127.0.0.2");
        InetSocketAddress there = new InetSocketAddress(second, lab.address.getPort());
        assertTrue(lab.apply(List.of(lab.address, there)).failed().isEmpty());
        assertAddress("everywhere.lab", "127.0.0.1");
        try (Client other = new Client(there)) {
            assertEquals(List.of("127.0.0.2"), Client.answers(other.ask("everywhere.lab", Type.A)));
            assertEquals(List.of("127.0.0.2"), Client.answers(other.askOverTcp(Client.question("everywhere.lab", Type.A))));
        }
    }

    @Test
    void anyIsAnsweredWithOneRecord() throws Exception {
        assertEquals(List.of("\"RFC8482\" \"\""), Client.answers(client.ask("app.example.com", Type.ANY)));
        assertEquals(Rcode.REFUSED, client.ask("www.example.net", Type.ANY).getRcode());
        assertEquals(Rcode.REFUSED, client.ask("app.example.com", Type.AXFR).getRcode());
    }

    @Test
    void namesArePastAtOnceAndNewOnesKnown() throws Exception {
        lab.names.clear();
        lab.name("new.lab", "10.107.0.9").apply();
        assertAddress("new.lab", "10.107.0.9");
        assertEquals(Rcode.NXDOMAIN, client.ask("everywhere.lab", Type.A).getRcode());
        assertEquals(Rcode.SERVFAIL, client.ask("app.example.com", Type.A).getRcode());
    }

    @Test
    void anAnswerThatIsTooLongIsCutAndWholeOverTcp() throws Exception {
        lab.name("many.lab", IntStream.range(0, 200).mapToObj(number -> "10.1.0." + number).toArray(String[]::new)).apply();
        Message question = Client.question("many.lab", Type.A);
        Message cut = client.ask(question);
        assertTrue(cut.getHeader().getFlag(Flags.TC));
        assertEquals(List.of(), cut.getSection(Section.ANSWER));
        assertEquals(200, client.askOverTcp(question).getSection(Section.ANSWER).size());
    }

    @Test
    void ipv6AddressesAreAnswersToo() throws Exception {
        lab.name("six.lab", "fd00::7", "10.0.0.7").apply();
        assertEquals(List.of("fd00:0:0:0:0:0:0:7"), Client.answers(client.ask("six.lab", Type.AAAA)));
        assertAddress("six.lab", "10.0.0.7");
    }

    @Test
    void namesThatDnsCannotHoldAreLeftOut() throws Exception {
        lab.name("x".repeat(64) + ".lab", "10.0.0.7").name("a..lab", "10.0.0.7").name("ümlaut.lab", "10.0.0.8").apply();
        assertAddress("everywhere.lab", "127.0.0.1");
    }

    @Test
    void theLongestNameIsAnswered() throws Exception {
        String label = "x".repeat(63);
        String longest = label + "." + label + "." + label + "." + "y".repeat(57) + ".lab";
        lab.name(longest, "10.0.0.7").apply();
        assertEquals(253, longest.length());
        assertAddress(longest, "10.0.0.7");
    }

    @Test
    void tenThousandNamesAreAllFound() throws Exception {
        for (int number = 0; number < 10_000; number++) {
            lab.name((number % 2 == 0 ? "" : "*.") + "host" + number + ".lab", "10." + (number >> 16) + "." + (number >> 8 & 0xff) + "." + (number & 0xff));
        }
        lab.apply();
        for (int number = 0; number < 10_000; number += 37) {
            assertAddress((number % 2 == 0 ? "" : "any.thing.") + "host" + number + ".lab",
                    "10." + (number >> 16) + "." + (number >> 8 & 0xff) + "." + (number & 0xff));
        }
    }

    @Test
    void dnsjavaWritesWhatWeWrite() throws Exception {
        byte[] bytes = client.askForBytes(Client.question("app.example.com", Type.A).toWire());
        assertArrayEquals(bytes, new Message(bytes).toWire());
        assertFalse(Arrays.equals(new byte[2], Arrays.copyOf(bytes, 2)) && bytes.length < 12);
    }

    private void assertAddress(String name, String address) throws Exception {
        assertEquals(List.of(address), Client.answers(client.ask(name, Type.A)), name);
    }

    private void assertNoData(String name, int type, String zone) throws Exception {
        Message answer = client.ask(name, type);
        assertEquals(Rcode.NOERROR, answer.getRcode(), name);
        assertEquals(List.of(), answer.getSection(Section.ANSWER), name);
        assertEquals(List.of(zone), answer.getSection(Section.AUTHORITY).stream().map(soa -> soa.getName().toString()).toList(), name);
        assertTrue(answer.getHeader().getFlag(Flags.AA));
    }
}
