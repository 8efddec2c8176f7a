package io.ngrokd.plugin.dns.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(300)
class ProtocolTest {

    private Lab lab;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        lab = new Lab().name("app.lab", "10.107.0.2")
                .name("fifty.lab", IntStream.range(0, 50).mapToObj(number -> "10.1.0." + number).toArray(String[]::new))
                .name("hundred.lab", IntStream.range(0, 100).mapToObj(number -> "10.1.0." + number).toArray(String[]::new)).apply();
        client = lab.client();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        lab.close();
    }

    @Test
    void digUnderstandsUs() throws Exception {
        assumeTrue(List.of("/usr/bin/dig", "/usr/local/bin/dig", "/opt/homebrew/bin/dig").stream().anyMatch(path -> new File(path).canExecute()),
                "dig is not installed");
        for (String how : List.of("+notcp", "+tcp", "+noedns", "+dnssec", "+cookie", "+nsid")) {
            Process dig = new ProcessBuilder("dig", "@127.0.0.1", "-p", String.valueOf(lab.address.getPort()), "+short", how, "app.lab")
                    .redirectErrorStream(true).start();
            String said = new String(dig.getInputStream().readAllBytes());
            assertTrue(dig.waitFor(90, TimeUnit.SECONDS));
            assertEquals("10.107.0.2\n", said, how);
        }
    }

    @Test
    void ednsIsAnsweredInKindAndItsSizeHonoured() throws Exception {
        assertNull(client.ask("app.lab", Type.A).getOPT());
        OPTRecord opt = client.ask(withEdns("app.lab", 4096, 0, 0)).getOPT();
        assertEquals(1232, opt.getPayloadSize());
        assertEquals(0, opt.getVersion());
        assertEquals(List.of(), opt.getOptions());
        assertEquals(0x8000, client.ask(withEdns("app.lab", 4096, 0, 0x8000)).getOPT().getFlags());

        assertTrue(client.ask("fifty.lab", Type.A).getHeader().getFlag(Flags.TC), "over 512 bytes");
        assertTrue(client.ask(withEdns("fifty.lab", 100, 0, 0)).getHeader().getFlag(Flags.TC), "less than 512 is 512");
        assertEquals(50, client.ask(withEdns("fifty.lab", 1232, 0, 0)).getSection(Section.ANSWER).size());
        Message cut = client.ask(withEdns("hundred.lab", 4096, 0, 0));
        assertTrue(cut.getHeader().getFlag(Flags.TC), "never over 1232 bytes");
        assertEquals(1232, cut.getOPT().getPayloadSize());
        assertEquals(100, client.askOverTcp(withEdns("hundred.lab", 512, 0, 0)).getSection(Section.ANSWER).size());
    }

    @Test
    void otherVersionsOfEdnsAreRefusedAndUnknownOptionsIgnored() throws Exception {
        Message bad = client.ask(withEdns("app.lab", 1232, 1, 0));
        assertEquals(Rcode.BADVERS, bad.getRcode());
        assertEquals(0, bad.getOPT().getVersion());
        Message odd = Client.question("app.lab", Type.A);
        odd.addRecord(new OPTRecord(1232, 0, 0, 0, new GenericEDNSOption(65_001, new byte[] {1, 2, 3})), Section.ADDITIONAL);
        assertEquals(List.of("10.107.0.2"), Client.answers(client.ask(odd)));
        Message two = withEdns("app.lab", 1232, 0, 0);
        two.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        assertEquals(Rcode.FORMERR, client.ask(two).getRcode());
        byte[] broken = withEdns("app.lab", 1232, 0, 0).toWire();
        broken = Arrays.copyOf(broken, broken.length + 5);
        broken[broken.length - 6] = 5;
        broken[broken.length - 2] = 9;
        assertEquals(Rcode.FORMERR, client.ask(broken).getRcode());
    }

    @Test
    void recordsWhereAQuestionHasNoneDoNotHurt() throws Exception {
        Message odd = Client.question("app.lab", Type.A);
        odd.addRecord(Record.newRecord(Name.fromString("x.example."), Type.A, DClass.IN, 3, new byte[] {1, 2, 3, 4}), Section.ADDITIONAL);
        odd.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
        Message answer = client.ask(odd);
        assertEquals(List.of("10.107.0.2"), Client.answers(answer));
        assertEquals(1232, answer.getOPT().getPayloadSize());
    }

    @Test
    void whatIsNoQuestionOfTheInternetIsRefused() throws Exception {
        Message chaos = Message.newQuery(Record.newRecord(Name.fromString("version.bind."), Type.TXT, DClass.CH));
        assertEquals(Rcode.REFUSED, client.ask(chaos).getRcode());
        for (int opcode : new int[] {Opcode.IQUERY, Opcode.STATUS, Opcode.NOTIFY, Opcode.UPDATE, 15}) {
            Message other = Client.question("app.lab", Type.A);
            other.getHeader().setOpcode(opcode);
            Message answer = client.ask(other);
            assertEquals(Rcode.NOTIMP, answer.getRcode());
            assertEquals(opcode, answer.getHeader().getOpcode());
        }
        for (int count : new int[] {0, 2, 65_535}) {
            byte[] query = Client.question("app.lab", Type.A).toWire();
            query[4] = (byte) (count >> 8);
            query[5] = (byte) count;
            assertEquals(Rcode.FORMERR, client.ask(query).getRcode());
        }
    }

    @Test
    void whatCannotBeReadIsDroppedWithoutAWord() throws Exception {
        byte[] good = Client.question("app.lab", Type.A).toWire();
        List<byte[]> bad = new ArrayList<>(List.of(
                new byte[0], new byte[11], question(new byte[] {(byte) 0xc0, 12}), question(new byte[] {1, 'a', (byte) 0xc0, 12}),
                question(new byte[] {64}), question(new byte[] {(byte) 0x80, 0}), question(new byte[] {3, 'a', 'b', 'c'}),
                question(nameOf(256))));
        for (int length = 0; length < good.length; length++) {
            bad.add(Arrays.copyOf(good, length));
        }
        byte[] response = good.clone();
        response[2] |= (byte) 0x80;
        bad.add(response);
        for (byte[] packet : bad) {
            client.send(packet);
        }
        assertEquals(Optional.empty(), client.receiveSoon());
        assertEquals(List.of("10.107.0.2"), Client.answers(client.ask("app.lab", Type.A)));
    }

    @Test
    void aNameOf255BytesIsStillAQuestion() throws Exception {
        byte[] query = question(nameOf(255));
        assertEquals(Rcode.SERVFAIL, client.ask(query).getRcode());
    }

    @Test
    void queriesOnOneConnectionNeedNotWaitForEachOther() throws Exception {
        int count = 500;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Set<Integer> ids = new HashSet<>();
        for (int id = 1; id <= count; id++) {
            Message query = Client.question("app.lab", Type.A);
            query.getHeader().setID(id);
            all.write(Client.framed(query.toWire()));
            ids.add(id);
        }
        try (Socket connection = client.connect()) {
            connection.getOutputStream().write(all.toByteArray());
            for (int read = 0; read < count; read++) {
                Message answer = Client.readFrame(connection);
                assertEquals(List.of("10.107.0.2"), Client.answers(answer));
                assertTrue(ids.remove(answer.getHeader().getID()));
            }
        }
        assertEquals(Set.of(), ids);
    }

    @Test
    void aQueryInSingleBytesIsAnsweredAndSoIsOneBeforeTheEnd() throws Exception {
        try (Socket connection = client.connect()) {
            connection.setTcpNoDelay(true);
            for (byte part : Client.framed(Client.question("app.lab", Type.A).toWire())) {
                connection.getOutputStream().write(part);
                connection.getOutputStream().flush();
            }
            assertEquals(List.of("10.107.0.2"), Client.answers(Client.readFrame(connection)));
            connection.getOutputStream().write(Client.framed(Client.question("app.lab", Type.A).toWire()));
            connection.shutdownOutput();
            assertEquals(List.of("10.107.0.2"), Client.answers(Client.readFrame(connection)));
            assertTrue(Client.isClosedSilently(connection));
        }
    }

    @Test
    void lengthsThatNoQuestionHasEndTheConnection() throws Exception {
        for (byte[] start : List.of(new byte[] {(byte) 0xff, (byte) 0xff}, new byte[] {0, 0}, new byte[] {0, 11, 1, 2, 3})) {
            try (Socket connection = client.connect()) {
                connection.getOutputStream().write(start);
                assertTrue(Client.isClosedSilently(connection));
            }
        }
        try (Socket connection = client.connect()) {
            connection.getOutputStream().write(Client.framed(question(new byte[] {(byte) 0xc0, 12})));
            assertTrue(Client.isClosedSilently(connection));
        }
    }

    @Test
    void aConnectionWithHalfAQuestionIsClosedInTheEnd() throws Exception {
        try (Socket connection = client.connect(); Socket idle = client.connect()) {
            connection.setSoTimeout(180_000);
            idle.setSoTimeout(180_000);
            connection.getOutputStream().write(new byte[] {0, 100, 1, 2, 3});
            assertTrue(Client.isClosedSilently(connection));
            assertTrue(Client.isClosedSilently(idle));
        }
    }

    @Test
    void javasOwnTransportDoesTheSame() throws Exception {
        try (Lab nio = new Lab(false)) {
            nio.name("app.lab", "10.107.0.2").apply();
            assertFalse(nio.vertx.isNativeTransportEnabled());
            try (Client other = nio.client()) {
                assertEquals(List.of("10.107.0.2"), Client.answers(other.ask("app.lab", Type.A)));
                assertEquals(List.of("10.107.0.2"), Client.answers(other.askOverTcp(Client.question("app.lab", Type.A))));
            }
        }
    }

    private static Message withEdns(String name, int payload, int version, int flags) throws Exception {
        Message query = Client.question(name, Type.A);
        query.addRecord(new OPTRecord(payload, 0, version, flags), Section.ADDITIONAL);
        return query;
    }

    /** A message whose question is this name, for an address. */
    private static byte[] question(byte[] name) {
        byte[] query = new byte[12 + name.length + 4];
        query[0] = 7;
        query[2] = 1;
        query[5] = 1;
        System.arraycopy(name, 0, query, 12, name.length);
        query[query.length - 3] = 1;
        query[query.length - 1] = 1;
        return query;
    }

    /** A name of so many bytes, the final zero included. */
    private static byte[] nameOf(int bytes) {
        byte[] name = new byte[bytes];
        int at = 0;
        while (at < bytes - 1) {
            int label = Math.min(63, bytes - 2 - at);
            name[at] = (byte) label;
            Arrays.fill(name, at + 1, at + 1 + label, (byte) 'a');
            at += label + 1;
        }
        return name;
    }
}
