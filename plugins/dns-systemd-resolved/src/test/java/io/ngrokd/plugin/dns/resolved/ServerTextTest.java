package io.ngrokd.plugin.dns.resolved;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerTextTest {

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.1, 53", "10.0.0.1:5300, 10.0.0.1, 5300", "fd00::1, fd00::1, 53", "[fd00::1]:5300, fd00::1, 5300",
        "1.1.1.1#cloudflare-dns.com, 1.1.1.1, 53", "[2606:4700::1111]:853%2#a.b, 2606:4700::1111, 853", "::ffff:7f00:1, 127.0.0.1, 53"})
    void isReadAsResolvedWritesIt(String text, String address, int port) {
        assertEquals(Optional.of(new InetSocketAddress(InetAddress.ofLiteral(address), port)), ServerText.read(text));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 53, 10.0.0.1", "10.0.0.1, 5300, 10.0.0.1:5300", "fd00::1, 53, fd00:0:0:0:0:0:0:1",
        "fd00::1, 5300, [fd00:0:0:0:0:0:0:1]:5300"})
    void isWrittenAsResolvedReadsIt(String address, int port, String text) {
        InetSocketAddress server = new InetSocketAddress(InetAddress.ofLiteral(address), port);
        assertEquals(text, ServerText.write(server));
        assertEquals(Optional.of(server), ServerText.read(text));
    }

    @Test
    void whatIsNoServerIsNone() {
        for (String text : new String[] {"", "n/a", "10.0.0.1:99999", "host.example", "[::1", ":53"}) {
            assertEquals(Optional.empty(), ServerText.read(text), text);
        }
    }
}
