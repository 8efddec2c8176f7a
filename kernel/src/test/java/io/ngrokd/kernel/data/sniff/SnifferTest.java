package io.ngrokd.kernel.data.sniff;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ngrokd.kernel.data.sniff.SniffDecision.Http;
import io.ngrokd.kernel.data.sniff.SniffDecision.NeedMore;
import io.ngrokd.kernel.data.sniff.SniffDecision.Raw;
import io.ngrokd.kernel.data.sniff.SniffDecision.Tls;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnifferTest {

    private static final Tls NAMELESS = new Tls(Optional.empty());

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\r\n", "POST /", "M-SEARCH *", "get /", "X /", "PRI / HTTP/1.1", "PRI * HTTP/1.1",
        "PROPFIND ", "\r\nGET /", "\nGET", "CONNECT a:1 HTTP/1.1", "GET  /", "PRINT /"})
    void requestsAreHttp(String text) {
        assertEquals(new Http(), all(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\u0000\u0001\u0002", " GET / HTTP/1.1",
        "GET\t/", "{\"a\":1}", "AMQP\u0000\u0000", "\u0016\u0002\u0001", "\u0016\u0003\u0001\u0000\u0005\u0002", "\u0080\u00ff",
        "HELO,\r\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNO /", "Kerberos:"})
    void everythingElseIsRaw(String text) {
        assertEquals(new Raw(), all(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET", "PRI", "PRI ", "PRI * HTTP/", "\u0016", "\u0016\u0003", "\u0016\u0003\u0001\u0000\u0005"})
    void beginningsNeedMore(String text) {
        assertEquals(new NeedMore(), all(text));
    }

    @ParameterizedTest
    @CsvSource({"a.example.com,a.example.com", "A.Example.COM,a.example.com"})
    void nameIsReadFromRealClientHellos(String asked, String expected) throws Exception {
        for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
            assertEquals(new Tls(Optional.of(expected)), named(clientHello(asked, protocol)));
        }
    }

    @Test
    void clientHelloWithoutANameIsTls() throws Exception {
        assertEquals(NAMELESS, named(clientHello(null, "TLSv1.3")));
    }

    @Test
    void kindAloneNeedsSixBytes() throws Exception {
        byte[] hello = clientHello("a.example.com", "TLSv1.3");
        Sniffer sniffer = Sniffer.forKind();
        assertEquals(new NeedMore(), sniffer.inspect(Unpooled.wrappedBuffer(hello, 0, 5)));
        assertEquals(NAMELESS, sniffer.inspect(Unpooled.wrappedBuffer(hello, 0, 6)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 5000})
    void clientHelloMayBeSpreadOverManyRecords(int size) throws Exception {
        byte[] hello = clientHello("a.example.com", "TLSv1.3");
        assertEquals(new Tls(Optional.of("a.example.com")), named(records(hello, size)));
    }

    @Test
    void greaseAndStrangeExtensionsAreSkipped() {
        byte[] grease = extension(0x0A0A, new byte[0]);
        byte[] strange = extension(0xFFEE, new byte[3000]);
        byte[] padding = extension(21, new byte[9000]);
        byte[] hello = handMade(concat(grease, strange, padding, serverName("late.example.com")));
        assertEquals(new Tls(Optional.of("late.example.com")), named(hello));
        assertEquals(new Tls(Optional.of("under_score.x")), named(handMade(serverName("under_score.x."))));
    }

    @Test
    void bytesAfterTheHelloDoNotMatter() {
        byte[] hello = handMade(serverName("x.y"));
        assertEquals(new Tls(Optional.of("x.y")), named(concat(hello, new byte[] {0x14, 3, 3, 0, 1, 1})));
    }

    @Test
    void malformedHellosNameNobody() {
        byte[] good = handMade(serverName("x.y"));
        for (byte[] each : List.of(
                handMade(extension(0, new byte[] {0})), handMade(extension(0, new byte[] {0, 9, 0, 0, 1, 'a'})),
                handMade(extension(0, new byte[] {0, 4, 0, 0, 9, 'a'})), handMade(extension(0, new byte[] {0, 4, 7, 0, 1, 'a'})),
                handMade(serverName("bad name")), handMade(serverName("a..b")), handMade(serverName("a\u0000b")), handMade(serverName("")),
                handMade(new byte[] {0, 0, 0, 50}), handMade(new byte[0]), replaced(good, 43, 0xFF), replaced(good, 3, 0x7F),
                concat(new byte[] {0x16, 3, 1, 0, 1, 1, 0x17, 3, 1, 0, 1}), concat(new byte[] {0x16, 3, 1, 0, 1, 1, 0x16, 3, 1, 0, 0}),
                new byte[] {0x16, 3, 1, 0, 4, 1, 0, 0, 0}, new byte[] {0x16, 3, 1, 0, 4, 1, 1, 0, 0})) {
            assertEquals(NAMELESS, named(each));
        }
    }

    @Test
    void helloOfTheGreatestLengthIsReadAndALongerOneIsNot() {
        byte[] name = serverName("end.example.com");
        int fixed = 34 + 1 + 4 + 2 + 2 + 4 + name.length;
        assertEquals(new Tls(Optional.of("end.example.com")),
                named(handMade(concat(extension(99, new byte[16384 - fixed]), name))));
        assertEquals(NAMELESS, named(handMade(concat(extension(99, new byte[16385 - fixed]), name))));
    }

    @Test
    void noiseNeverThrowsAndAlwaysEnds() {
        Random random = new Random(7);
        byte[] good = handMade(serverName("x.example.com"));
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = 0; i < 3; i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Sniffer sniffer = Sniffer.forServerName();
            sniffer.inspect(Unpooled.wrappedBuffer(bytes));
        }
        Sniffer sniffer = Sniffer.forServerName();
        byte[] endless = records(new byte[] {0x16, 3, 1, 0x7F, (byte) 0xFF}, 1);
        assertInstanceOf(SniffDecision.class, sniffer.inspect(Unpooled.wrappedBuffer(endless)));
    }

    private static SniffDecision all(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
        SniffDecision whole = Sniffer.forKind().inspect(bytes);
        assertEquals(whole, bytewise(Sniffer.forKind(), bytes));
        return whole;
    }

    private static SniffDecision named(byte[] hello) {
        ByteBuf bytes = Unpooled.wrappedBuffer(hello);
        SniffDecision whole = Sniffer.forServerName().inspect(bytes);
        assertEquals(whole, bytewise(Sniffer.forServerName(), bytes));
        assertEquals(0, bytes.readerIndex(), "the bytes are left to be replayed");
        return whole;
    }

    private static SniffDecision bytewise(Sniffer sniffer, ByteBuf bytes) {
        SniffDecision decision = new NeedMore();
        for (int length = 1; length <= bytes.readableBytes() && decision instanceof NeedMore; length++) {
            decision = sniffer.inspect(bytes.slice(0, length));
        }
        return decision;
    }

    private static byte[] clientHello(String name, String protocol) throws NoSuchAlgorithmException, SSLException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setProtocols(new String[] {protocol});
            if (name != null) {
                parameters.setServerNames(List.of(new SNIHostName(name.getBytes(ISO_8859_1))));
            }
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(20_000);
            engine.wrap(ByteBuffer.allocate(0), out);
            byte[] bytes = new byte[out.position()];
            out.flip().get(bytes);
            return bytes;
        } catch (KeyManagementException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Cuts one record into several of a payload size. */
    private static byte[] records(byte[] record, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int at = 5; at < record.length; at += size) {
            int length = Math.min(size, record.length - at);
            out.writeBytes(new byte[] {0x16, 3, 1, (byte) (length >> 8), (byte) length});
            out.write(record, at, length);
        }
        return out.toByteArray();
    }

    private static byte[] handMade(byte[] extensions) {
        byte[] body = concat(new byte[] {3, 3}, new byte[32], new byte[] {0, 0, 2, 0x13, 1, 1, 0}, prefixed(extensions, 2));
        byte[] message = concat(new byte[] {1}, prefixed(body, 3));
        return concat(new byte[] {0x16, 3, 1}, prefixed(message, 2));
    }

    private static byte[] serverName(String name) {
        byte[] entry = concat(new byte[] {0}, prefixed(name.getBytes(ISO_8859_1), 2));
        return extension(0, prefixed(entry, 2));
    }

    private static byte[] extension(int type, byte[] body) {
        return concat(new byte[] {(byte) (type >> 8), (byte) type}, prefixed(body, 2));
    }

    private static byte[] prefixed(byte[] body, int lengthBytes) {
        byte[] length = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            length[i] = (byte) (body.length >> 8 * (lengthBytes - 1 - i));
        }
        return concat(length, body);
    }

    private static byte[] replaced(byte[] bytes, int index, int value) {
        byte[] copy = bytes.clone();
        copy[index] = (byte) value;
        return copy;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
