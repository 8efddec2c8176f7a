package io.ngrokd.plugin.dns.macos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScutilDnsTest {

    private static final String REST = """

            resolver #2
              domain   : local
              options  : mdns
              timeout  : 5
              flags    : Request A records
              reach    : 0x00000000 (Not Reachable)
              order    : 300000

            DNS configuration (for scoped queries)

            resolver #1
              nameserver[0] : 198.51.100.9
              if_index : 4 (en0)
              flags    : Scoped, Request A records
            """;

    @Test
    void theFirstResolverHasThem() {
        assertEquals(List.of("192.168.1.1:53", "[2001:db8:0:0:0:0:0:1]:53"), servers("""
                DNS configuration

                resolver #1
                  search domain[0] : home
                  search domain[1] : office
                  nameserver[0] : 192.168.1.1
                  nameserver[1] : 2001:db8::1
                  if_index : 6 (en0)
                  flags    : Request A records, Request AAAA records
                  reach    : 0x00020002 (Reachable,Directly Reachable Address)
                """ + REST));
    }

    @Test
    void itsPortCounts() {
        assertEquals(List.of("127.0.0.1:5300"),
                servers("DNS configuration\n\nresolver #1\n  nameserver[0] : 127.0.0.1\n  port     : 5300\n" + REST));
    }

    @Test
    void aResolverForADomainIsNotTheMachines() {
        assertEquals(List.of(), servers("DNS configuration\n\nresolver #1\n  domain   : local\n  options  : mdns\n" + REST));
        assertEquals(List.of(),
                servers("DNS configuration\n\nDNS configuration (for scoped queries)\n\nresolver #1\n  nameserver[0] : 192.0.2.1\n"));
        assertEquals(List.of(), servers("No DNS configuration available\n"));
        assertEquals(List.of(), servers(""));
    }

    @Test
    void aServerOnAnInterfaceThatIsGoneIsLeftOut() {
        assertEquals(List.of("192.0.2.1:53"),
                servers("DNS configuration\n\nresolver #1\n  nameserver[0] : fe80::1%nowhere9\n  nameserver[1] : 192.0.2.1\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"what is this", "DNS configuration\nresolver #2\n  nameserver[0] : 192.0.2.1",
            "DNS configuration\nresolver #1\nnameserver 192.0.2.1",
        "DNS configuration\nresolver #1\n  port : x"})
    void anythingElseIsNoAnswer(String output) {
        assertThrows(IllegalArgumentException.class, () -> ScutilDns.servers(output));
    }

    private static List<String> servers(String output) {
        return ScutilDns.servers(output).stream().map(server -> server.toString().replaceFirst("^/", "")).toList();
    }
}
