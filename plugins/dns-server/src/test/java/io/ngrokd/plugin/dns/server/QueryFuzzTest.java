package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.plugin.dns.server.names.NameIndex;
import io.ngrokd.plugin.dns.server.serve.Clients;
import io.ngrokd.plugin.dns.server.serve.Counters;
import io.ngrokd.plugin.dns.server.serve.Responder;
import io.ngrokd.plugin.dns.server.serve.Rules;
import io.ngrokd.plugin.dns.server.wire.Question;
import io.ngrokd.plugin.dns.server.wire.Replies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.ClientSubnetOption;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** Bad messages from clients: a fixed number, from a fixed seed ({@code -Ddns.fuzz.cases}, {@code -Ddns.fuzz.seed}). */
@Timeout(300)
class QueryFuzzTest {

    private static final int CASES = Integer.getInteger("dns.fuzz.cases", 200_000);
    private static final long SEED = Long.getLong("dns.fuzz.seed", 5);
    private static final InetAddress CLIENT = InetAddress.ofLiteral("192.168.1.9");
    private static final Clock ALWAYS = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private static final List<InetAddress> MANY =
            IntStream.range(0, 120).mapToObj(number -> InetAddress.ofLiteral("10.1.0." + number)).toList();

    @Test
    void whateverComesIsAnsweredProperlyOrNotAtAll() throws Exception {
        NameIndex names = NameIndex.of(Map.of("app.example.com", List.of(CLIENT), "*.example.com", List.of(CLIENT), "many.lab", MANY,
                "here.lab", List.of(InetAddress.ofLiteral("0.0.0.0"))), List.of("lab"));
        Rules rules = Rules.of(names, 30, new Clients(address -> false, List.of()), 0, null);
        Responder responder = new Responder(() -> rules, new Counters());
        Mutator mutator = new Mutator(SEED, good());
        int answered = 0;
        for (int number = 0; number < CASES; number++) {
            byte[] bad = mutator.next();
            int length = Math.min(bad.length, responder.input().length);
            System.arraycopy(bad, 0, responder.input(), 0, length);
            boolean stream = number % 3 == 0;
            try {
                answered += check(responder, bad, responder.respond(length, CLIENT, Lab.LOCAL, stream), stream) ? 1 : 0;
            } catch (RuntimeException | IOException | AssertionError broken) {
                throw new AssertionError("case " + number + ": " + HexFormat.of().formatHex(bad), broken);
            }
        }
        assertTrue(answered > CASES / 20 && answered < CASES, answered + " of " + CASES + " answered");
        System.out.printf("%d bad messages, %d of them answered%n", CASES, answered);
    }

    private static boolean check(Responder responder, byte[] query, int result, boolean stream) throws IOException {
        if (result == Responder.FORWARD) {
            Question question = responder.query().toQuestion(stream);
            assertNotNull(new Message(Replies.failure(question, Rcode.SERVFAIL, Replies.Reason.NOBODY)).getQuestion());
            return true;
        }
        if (result == Responder.DROP) {
            return false;
        }
        byte[] answer = Arrays.copyOf(responder.output(), result);
        Message parsed = new Message(answer);
        assertTrue(parsed.getHeader().getFlag(Flags.QR));
        assertEquals(query[0], answer[0]);
        assertEquals(query[1], answer[1]);
        assertTrue(stream || result <= 1232, result + " bytes");
        assertTrue(stream || parsed.getOPT() != null || result <= 512, result + " bytes without EDNS");
        return true;
    }

    @Test
    void aServerThatIsSentThemServesOnAndLosesNoBuffer() throws Exception {
        try (LeakWatch leaks = new LeakWatch(); Lab lab = new Lab()) {
            lab.name("app.example.com", "10.107.0.2").apply();
            Mutator mutator = new Mutator(SEED + 1, good());
            try (Client bad = lab.client(); Client client = lab.client()) {
                for (int number = 0; number < CASES / 10; number++) {
                    bad.send(mutator.next());
                    if (number % 500 == 0) {
                        assertEquals(List.of("10.107.0.2"), Client.answers(ask(client)), "after " + number);
                    }
                }
                for (int number = 0; number < CASES / 200; number++) {
                    sendOverTcp(client, mutator, number);
                }
                assertEquals(List.of("10.107.0.2"), Client.answers(ask(client)));
                assertEquals(List.of("10.107.0.2"), Client.answers(client.askOverTcp(Client.question("app.example.com", Type.A))));
            }
            assertEquals(List.of(), leaks.leaks());
        }
    }

    /** Asks again when the flood before has filled the socket's buffer. */
    private static Message ask(Client client) throws IOException {
        byte[] query = Client.question("app.example.com", Type.A).toWire();
        for (int tried = 0; tried < 20; tried++) {
            client.send(query);
            var answer = client.receiveSoon();
            if (answer.isPresent()) {
                return new Message(answer.get());
            }
        }
        throw new IOException("no answer");
    }

    private static void sendOverTcp(Client client, Mutator mutator, int number) throws IOException {
        try (Socket connection = client.connect()) {
            for (int sent = 0; sent < 4; sent++) {
                byte[] frame = Client.framed(mutator.next());
                if (number % 5 == 0) {
                    frame[0] ^= 1;
                }
                connection.getOutputStream().write(frame);
            }
            if (number % 2 == 0) {
                connection.shutdownOutput();
                connection.getInputStream().readAllBytes();
            }
        } catch (SocketException closedByTheServer) {
            // As it should be.
        }
    }

    private static List<byte[]> good() throws IOException {
        List<byte[]> good = new ArrayList<>();
        for (String name : List.of("app.example.com", "any.thing.example.com", "many.lab", "none.lab", "here.lab", "www.example.net",
                "9.1.168.192.in-addr.arpa")) {
            for (int type : new int[] {Type.A, Type.AAAA, Type.PTR, Type.SOA, Type.ANY, Type.HTTPS}) {
                good.add(Client.question(name, type).toWire());
            }
            Message edns = Client.question(name, Type.A);
            edns.addRecord(new OPTRecord(4096, 0, 0, 0x8000, new CookieOption(new byte[8]),
                    new ClientSubnetOption(32, CLIENT)), Section.ADDITIONAL);
            good.add(edns.toWire());
            edns.addRecord(Record.newRecord(Name.fromString(name + "."), Type.A, DClass.IN, 3, new byte[4]), Section.AUTHORITY);
            good.add(edns.toWire());
            Message signed = Client.question(name, Type.A);
            signed.getHeader().setID(1);
            new TSIG(TSIG.HMAC_SHA256, Name.fromString("key."), new SecretKeySpec(new byte[16], "HmacSHA256"), ALWAYS).apply(signed, null);
            good.add(signed.toWire());
        }
        for (int number = 0; number < good.size(); number++) {
            good.get(number)[0] = (byte) number;
            good.get(number)[1] = 1;
        }
        return good;
    }
}
