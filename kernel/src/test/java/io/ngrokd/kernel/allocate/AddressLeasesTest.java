package io.ngrokd.kernel.allocate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Subnet;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AddressLeasesTest {

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("ip_mappings.json");
    }

    @Test
    void eachHostGetsItsOwnAddressFromTheLowestUp() throws IOException {
        assertEquals(Map.of("a", "10.107.0.2", "b", "10.107.0.3"), lease(new AddressLeases(file), "10.107.0.0/16", "b", "a"));
    }

    @Test
    void leasesOutliveRestartsAndAbsence() throws IOException {
        lease(new AddressLeases(file), "10.107.0.0/16", "a", "b", "c");
        assertEquals(Map.of("c", "10.107.0.4"), lease(new AddressLeases(file), "10.107.0.0/16", "c"));
        assertEquals(
                Map.of("a", "10.107.0.2", "b", "10.107.0.3", "d", "10.107.0.5"),
                lease(new AddressLeases(file), "10.107.0.0/16", "d", "b", "a"));
    }

    @Test
    void theFileIsTheGoDaemons() throws IOException {
        Files.writeString(file, "{\"api.example.com\": \"10.107.0.9\", \"web.example.com\":\"10.107.0.2\"}");
        AddressLeases leases = new AddressLeases(file);
        assertEquals(
                Map.of("api.example.com", "10.107.0.9", "new", "10.107.0.3"), lease(leases, "10.107.0.0/16", "api.example.com", "new"));
        assertEquals("""
                {
                  "api.example.com" : "10.107.0.9",
                  "new" : "10.107.0.3",
                  "web.example.com" : "10.107.0.2"
                }
                """, Files.readString(file));
    }

    @Test
    void anAddressThatGoLeasedTwiceStaysWithTheFirst() throws IOException {
        Files.writeString(file, "{\"b\":\"10.107.0.2\",\"a\":\"10.107.0.2\"}");
        assertEquals(Map.of("a", "10.107.0.2", "b", "10.107.0.3"), lease(new AddressLeases(file), "10.107.0.0/16", "a", "b"));
    }

    @Test
    void reservedAddressesAndTheGatewayAreNotGiven() throws IOException {
        AddressRange range = new AddressRange(
                Subnet.parse("10.0.0.0/29"), InetAddress.ofLiteral("10.0.0.1"),
                Set.of(InetAddress.ofLiteral("10.0.0.3"), InetAddress.ofLiteral("10.0.0.7")));
        assertEquals(
                Map.of("a", "10.0.0.2", "b", "10.0.0.4", "c", "10.0.0.5", "d", "10.0.0.6"),
                texts(new AddressLeases(file).lease(new TreeSet<>(List.of("a", "b", "c", "d", "e", "f")), range).given()));
    }

    @Test
    void aFullRangeTakesBackFromTheAbsentAndThenIsExhausted() throws IOException {
        AddressLeases leases = new AddressLeases(file);
        lease(leases, "10.0.0.0/29", "a", "b", "c", "d", "e", "f");
        Map<String, String> second = lease(leases, "10.0.0.0/29", "a", "b", "x", "y");
        assertEquals("10.0.0.2", second.get("a"));
        assertEquals(4, new HashSet<>(second.values()).size());
        Map<String, String> full = lease(leases, "10.0.0.0/29", "a", "b", "c", "d", "e", "f", "g", "h", "x", "y");
        assertEquals(5, full.size(), "8 addresses less network, gateway, broadcast");
        assertEquals("10.0.0.2", full.get("a"));
    }

    @Test
    void aHostOutsideANewRangeGetsAnotherAddress() throws IOException {
        AddressLeases leases = new AddressLeases(file);
        lease(leases, "10.107.0.0/16", "a");
        assertEquals(Map.of("a", "10.200.0.2"), lease(leases, "10.200.0.0/16", "a"));
    }

    @Test
    void aCorruptFileIsSetAside() throws IOException {
        Files.writeString(file, "{\"a\": \"10.107.");
        assertEquals(Map.of("a", "10.107.0.2"), lease(new AddressLeases(file), "10.107.0.0/16", "a"));
        assertEquals("{\"a\": \"10.107.", Files.readString(folder.resolve("ip_mappings.json.corrupt-1")));
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws IOException {
        AddressLeases leases = new AddressLeases(file);
        lease(leases, "10.107.0.0/16", "a");
        Files.delete(file);
        lease(leases, "10.107.0.0/16", "a");
        assertFalse(Files.exists(file));
    }

    @Test
    void aLeaseThatCannotBeSavedIsNotGivenAndOldOnesHold() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        AddressLeases leases = new AddressLeases(gone.resolve("ip_mappings.json"));
        lease(leases, "10.107.0.0/16", "a");
        Files.delete(gone.resolve("ip_mappings.json"));
        Files.delete(gone);
        AddressRange range = new AddressRange(Subnet.parse("10.107.0.0/16"), InetAddress.ofLiteral("10.107.0.1"), Set.of());
        AddressLeases.Result result = leases.lease(new TreeSet<>(List.of("a", "b")), range);
        assertEquals(Map.of("a", "10.107.0.2"), texts(result.given()));
        assertTrue(result.notSaved().isPresent());
        Files.createDirectory(gone);
        assertEquals(Map.of("a", "10.107.0.2", "b", "10.107.0.3"), lease(leases, "10.107.0.0/16", "a", "b"));
    }

    @Test
    void whatGoWritesForNothingIsNothing() throws IOException {
        Files.writeString(file, "null");
        assertEquals(Map.of("a", "10.107.0.2"), lease(new AddressLeases(file), "10.107.0.0/16", "a"));
        Files.writeString(file, "{\"a\":null,\"b\":\"10.107.0.7\"}");
        assertEquals(Map.of("a", "10.107.0.2", "b", "10.107.0.7"), lease(new AddressLeases(file), "10.107.0.0/16", "a", "b"));
    }

    @Test
    void sixtyThousandHosts() throws IOException {
        String[] hosts = IntStream.range(0, 60_000).mapToObj(number -> "host-" + number).toArray(String[]::new);
        AddressLeases leases = new AddressLeases(file);
        Map<String, String> first = lease(leases, "10.107.0.0/16", hosts);
        assertEquals(60_000, new HashSet<>(first.values()).size());
        assertEquals(first, lease(new AddressLeases(file), "10.107.0.0/16", hosts));
        assertTrue(Files.size(file) > 1_000_000);
    }

    private static Map<String, String> lease(AddressLeases leases, String subnet, String... hosts) throws IOException {
        Subnet range = Subnet.parse(subnet);
        InetAddress broadcast = range.addressAt(range.size() - 1);
        SortedSet<String> wanted = new TreeSet<>(List.of(hosts));
        return texts(leases.lease(wanted, new AddressRange(range, range.addressAt(1), Set.of(range.network(), broadcast))).given());
    }

    private static Map<String, String> texts(Map<String, InetAddress> addresses) {
        Map<String, String> texts = new TreeMap<>();
        addresses.forEach((host, address) -> texts.put(host, address.getHostAddress()));
        return texts;
    }
}
