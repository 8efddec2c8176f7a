package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.plugin.dns.server.upstream.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(300)
class ForwardingTest {

    private Lab lab;
    private FakeUpstream upstream;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        upstream = new FakeUpstream();
        serve(Lab.UNHURRIED);
    }

    /** For upstreams that do not answer. */
    private void hurry() throws Exception {
        client.close();
        lab.close();
        serve(Patience.USUAL);
    }

    private void serve(Patience patience) throws Exception {
        lab = new Lab(true, patience).name("*.ours.example", "10.107.0.2");
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
    void namesThatAreNotOursGoUpstream() throws Exception {
        Message answer = client.ask("Www.Example.NET", Type.A);
        assertEquals(List.of("192.0.2.1"), Client.answers(answer));
        assertEquals("Www.Example.NET.", answer.getQuestion().getName().toString());
        assertEquals("Www.Example.NET.", answer.getSection(Section.ANSWER).getFirst().getName().toString());
        assertTrue(answer.getHeader().getFlag(Flags.RA) && !answer.getHeader().getFlag(Flags.AA));
        assertEquals(List.of("192.0.2.1"), Client.answers(client.askOverTcp(Client.question("tcp.example.net", Type.A))));
        assertEquals(2, upstream.asked.size());
        assertEquals(1232, upstream.asked.peek().getOPT().getPayloadSize());
        assertEquals(List.of("10.107.0.2"), Client.answers(client.ask("x.ours.example", Type.A)));
        assertEquals(2, upstream.asked.size());
    }

    @Test
    void portsIdsAndLettersAreRandom() throws Exception {
        for (int number = 0; number < 30; number++) {
            client.ask("a-name-with-many-letters-" + number + ".example.net", Type.A);
        }
        assertTrue(upstream.ports.size() > 20, upstream.ports.toString());
        Set<Integer> ids = upstream.asked.stream().map(query -> query.getHeader().getID()).collect(Collectors.toSet());
        assertTrue(ids.size() > 20, ids.toString());
        Set<String> cases = upstream.asked.stream().map(query -> query.getQuestion().getName().toString().replaceAll("[0-9]", ""))
                .collect(Collectors.toSet());
        assertTrue(cases.size() > 20, cases.toString());
    }

    @Test
    void liesAreNotBelieved() throws Exception {
        upstream.behaviour = query -> {
            byte[] otherId = FakeUpstream.address(query, "198.51.100.1", 60).toWire();
            otherId[0]++;
            Message other = Message.newQuery(FakeUpstream.answer(query, "evil.example.net. 60 A 1.2.3.4").getSection(Section.ANSWER).getFirst());
            other.getHeader().setID(query.getHeader().getID());
            byte[] noAnswer = FakeUpstream.address(query, "198.51.100.3", 60).toWire();
            noAnswer[2] &= 0x7f;
            byte[] forged = FakeUpstream.address(query, "198.51.100.4", 60).toWire();
            try (DatagramSocket stranger = new DatagramSocket()) {
                int port = upstream.ports.iterator().next();
                stranger.send(new DatagramPacket(forged, forged.length, new InetSocketAddress(Lab.LOCAL, port)));
            }
            return List.of(otherId, FakeUpstream.address(other, "198.51.100.2", 60).toWire(), noAnswer, new byte[5],
                    FakeUpstream.address(query, "192.0.2.1", 60).toWire());
        };
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)));
        assertEquals(1, upstream.asked.size());
    }

    @Test
    void otherLettersMeanTcpAndAnUpstreamThatAlwaysChangesThemIsBelieved() throws Exception {
        FakeUpstream.Behaviour lowerCase = query -> {
            byte[] answer = FakeUpstream.address(query, "192.0.2.7", 60).toWire();
            for (int at = 12; answer[at] != 0; at++) {
                answer[at] = (byte) Character.toLowerCase((char) answer[at]);
            }
            return List.of(answer);
        };
        upstream.behaviour = lowerCase;
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("a-name-with-many-letters.example.net", Type.A)), "over TCP");
        assertEquals(1, upstream.askedOverTcp.size());
        upstream.overTcp = lowerCase;
        assertEquals(List.of("192.0.2.7"), Client.answers(client.ask("another-with-many-letters.example.net", Type.A)), "also over TCP");
        assertEquals(List.of("192.0.2.7"), Client.answers(client.ask("a-third-with-many-letters.example.net", Type.A)), "over UDP");
        assertEquals(2, upstream.askedOverTcp.size());
    }

    @Test
    void whatIsCutComesOverTcpAndOverUdpIsCutAgain() throws Exception {
        upstream.behaviour = FakeUpstream::cut;
        upstream.overTcp = query -> List.of(FakeUpstream.large(query, 1000).toWire(65_535));
        assertEquals(1000, client.askOverTcp(Client.question("large.example.net", Type.A)).getSection(Section.ANSWER).size());
        Message cut = client.ask("large.example.net", Type.A);
        assertTrue(cut.getHeader().getFlag(Flags.TC));
        assertEquals(List.of(), cut.getSection(Section.ANSWER));
    }

    @Test
    void theNextUpstreamIsAskedWhenOneIsSilentGoneOrUnwilling() throws Exception {
        hurry();
        try (FakeUpstream second = new FakeUpstream()) {
            second.behaviour = query -> List.of(FakeUpstream.address(query, "192.0.2.2", 60).toWire());
            lab.upstreams.add(second.address);
            lab.apply();
            upstream.behaviour = _ -> List.of();
            assertEquals(List.of("192.0.2.2"), Client.answers(client.ask("silent.example.net", Type.A)));
            upstream.behaviour = FakeUpstream::refuse;
            assertEquals(List.of("192.0.2.2"), Client.answers(client.ask("refused.example.net", Type.A)));
            upstream.behaviour = query -> List.of(FakeUpstream.failure(query, Rcode.SERVFAIL).toWire());
            assertEquals(List.of("192.0.2.2"), Client.answers(client.ask("failed.example.net", Type.A)));
            upstream.close();
            assertEquals(List.of("192.0.2.2"), Client.answers(client.ask("gone.example.net", Type.A)));
            int before = upstream.asked.size();
            assertEquals(List.of("192.0.2.2"), Client.answers(client.ask("later.example.net", Type.A)));
            assertEquals(before, upstream.asked.size(), "one that was silent is asked last");
        }
    }

    @Test
    void aQuestionThatIsLostIsAskedAgain() throws Exception {
        hurry();
        upstream.behaviour = query -> upstream.asked.size() == 1 ? List.of() : List.of(FakeUpstream.address(query, "192.0.2.1", 60).toWire());
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)));
    }

    @Test
    void anUpstreamWithoutEdnsIsAskedWithoutIt() throws Exception {
        upstream.behaviour = query -> List.of((query.getOPT() != null ? FakeUpstream.failure(query, Rcode.FORMERR)
                : FakeUpstream.address(query, "192.0.2.1", 60)).toWire());
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("one.example.net", Type.A)));
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("two.example.net", Type.A)));
        assertEquals(3, upstream.asked.size());
    }

    @Test
    void anUpstreamThatRefusesEdnsWithoutRepeatingTheQuestionToo() throws Exception {
        upstream.behaviour = query -> {
            if (query.getOPT() == null) {
                return List.of(FakeUpstream.address(query, "192.0.2.1", 60).toWire());
            }
            byte[] header = Arrays.copyOf(FakeUpstream.failure(query, Rcode.FORMERR).toWire(), 12);
            header[5] = 0;
            return List.of(header);
        };
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("one.example.net", Type.A)));
    }

    @Test
    void theSameQuestionOfManyIsAskedOnce() throws Exception {
        CountDownLatch all = new CountDownLatch(1);
        upstream.behaviour = query -> {
            all.await();
            return List.of(FakeUpstream.address(query, "192.0.2.1", 60).toWire());
        };
        List<Client> clients = IntStream.range(0, 20).mapToObj(_ -> newClient()).toList();
        for (int number = 0; number < 20; number++) {
            Message query = Client.question(number % 2 == 0 ? "same.example.net" : "SAME.example.NET", Type.A);
            clients.get(number).send(query.toWire());
        }
        // It counts a question when it has put it to those that wait for the same answer, or a moment earlier.
        while (upstream.asked.isEmpty() || !lab.server.description().contains(" 20 queries")) {
            Thread.sleep(20);
        }
        Thread.sleep(200);
        all.countDown();
        for (int number = 0; number < 20; number++) {
            Message answer = new Message(clients.get(number).receive());
            assertEquals(List.of("192.0.2.1"), Client.answers(answer));
            assertEquals(number % 2 == 0 ? "same.example.net." : "SAME.example.NET.", answer.getQuestion().getName().toString());
            clients.get(number).close();
        }
        assertEquals(1, upstream.asked.size());
    }

    private Client newClient() {
        try {
            return lab.client();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Test
    void withoutUpstreamsTheReasonIsSaid() throws Exception {
        lab.upstreams.clear();
        lab.apply();
        assertEquals(Rcode.SERVFAIL, client.ask("www.example.net", Type.A).getRcode());
        Message answer = client.ask(withEdns("www.example.net"));
        assertEquals(Rcode.SERVFAIL, answer.getRcode());
        ExtendedErrorCodeOption reason = (ExtendedErrorCodeOption) answer.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR).getFirst();
        assertEquals(ExtendedErrorCodeOption.NETWORK_ERROR, reason.getErrorCode());
    }

    @Test
    void upstreamsExtensionsAreNotPassedOnButOurs() throws Exception {
        upstream.behaviour = query -> {
            Message answer = FakeUpstream.address(query, "192.0.2.1", 60);
            answer.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);
            answer.addRecord(FakeUpstream.address(query, "192.0.2.9", 60).getSection(Section.ANSWER).getFirst(), Section.ADDITIONAL);
            return List.of(answer.toWire());
        };
        Message plain = client.ask("www.example.net", Type.A);
        assertEquals(1, plain.getSection(Section.ADDITIONAL).size());
        assertEquals(1232, client.ask(withEdns("www.example.net")).getOPT().getPayloadSize());
        assertEquals(1, upstream.asked.size());
    }

    @Test
    void aNameAboveOursIsNeverSaidToBeMissing() throws Exception {
        upstream.behaviour = query -> List.of(FakeUpstream.missing(query, Rcode.NXDOMAIN, 60).toWire());
        assertEquals(Rcode.NXDOMAIN, client.ask("www.example.net", Type.A).getRcode());
        assertEquals(Rcode.NOERROR, client.ask("ours.example", Type.A).getRcode());
        assertEquals(Rcode.NOERROR, client.ask("example", Type.A).getRcode());
    }

    @Test
    void weAreNoUpstreamOfOurs() throws Exception {
        lab.upstreams.clear();
        lab.upstreams.add(lab.address);
        lab.apply();
        assertEquals(Rcode.SERVFAIL, client.ask("www.example.net", Type.A).getRcode());
        lab.upstreams.add(upstream.address);
        lab.apply();
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)));
    }

    /** Another resolver has us as its upstream, and we have it as ours. */
    @Test
    void aCircleThroughAnotherResolverIsCut() throws Exception {
        upstream.behaviour = query -> {
            try (Client asUpstream = lab.client()) {
                return List.of(asUpstream.askForBytes(query.toWire()));
            }
        };
        assertEquals(Rcode.SERVFAIL, client.ask("a-name-with-many-letters.example.net", Type.A).getRcode());
        assertTrue(upstream.asked.size() <= 3, "asked " + upstream.asked.size() + " times");
        upstream.behaviour = query -> List.of(FakeUpstream.address(query, "192.0.2.1", 60).toWire());
        assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("www.example.net", Type.A)), "one name in a circle says nothing of others");
    }

    /** One that puts every question into lower case: only a name that we alone know gives it away. */
    @Test
    void aCircleWithOtherLettersIsCutToo() throws Exception {
        hurry();
        try (DatagramSocket circle = new DatagramSocket(new InetSocketAddress(Lab.LOCAL, Lab.freePort())); Client asCircle = lab.client()) {
            Thread.startVirtualThread(() -> passOn(circle, asCircle));
            lab.upstreams.clear();
            lab.upstreams.add(new InetSocketAddress(Lab.LOCAL, circle.getLocalPort()));
            lab.upstreams.add(upstream.address);
            lab.apply();
            for (int number = 0; upstream.asked.size() < 3; number++) {
                assertEquals(List.of("192.0.2.1"), Client.answers(client.ask("name" + number + ".example.net", Type.A)));
            }
        }
    }

    private static void passOn(DatagramSocket circle, Client asCircle) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
                circle.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                Name name = Name.fromString(query.getQuestion().getName().toString().toLowerCase(Locale.ROOT));
                Message lower = Message.newQuery(Record.newRecord(name, query.getQuestion().getType(), 1));
                asCircle.send(lower.toWire());
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static Message withEdns(String name) throws Exception {
        Message query = Client.question(name, Type.A);
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        return query;
    }
}
