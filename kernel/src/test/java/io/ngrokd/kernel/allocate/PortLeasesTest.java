package io.ngrokd.kernel.allocate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.EndpointKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortLeasesTest {

    private static final PortLeases.Range FROM_9080 = range(9080);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("network_ports.json");
    }

    @Test
    void eachGetsAPortFromTheFirstUp() throws IOException {
        assertEquals(Map.of("a:7000", 9080, "b:7000", 9081, "b:7001", 9082), lease(FROM_9080, "b:7001", "a:7000", "b:7000"));
    }

    @Test
    void leasesOutliveRestartsAndAbsence() throws IOException {
        lease(FROM_9080, "a:1", "b:1", "c:1");
        assertEquals(Map.of("c:1", 9082), lease(FROM_9080, "c:1"));
        assertEquals(Map.of("a:1", 9080, "b:1", 9081, "d:1", 9083), lease(FROM_9080, "a:1", "b:1", "d:1"));
    }

    @Test
    void theFileIsTheGoDaemons() throws IOException {
        Files.writeString(file, "{\"db.example.com:5432\": 9085, \"web.example.com:443\":9080}");
        assertEquals(Map.of("db.example.com:5432", 9085, "new:22", 9081), lease(FROM_9080, "db.example.com:5432", "new:22"));
        assertEquals("""
                {
                  "db.example.com:5432" : 9085,
                  "new:22" : 9081,
                  "web.example.com:443" : 9080
                }
                """, Files.readString(file));
    }

    @Test
    void nobodyGetsAPortThatASharedListenerWants() throws IOException {
        PortLeases.Range range = new PortLeases.Range(9080, Set.of(9080, 9082), Set.of());
        assertEquals(Map.of("a:1", 9081, "b:1", 9083), lease(range, "a:1", "b:1"));
        PortLeases.Range later = new PortLeases.Range(9080, Set.of(9081), Set.of());
        assertEquals(Map.of("a:1", 9080, "b:1", 9083), lease(later, "a:1", "b:1"), "only who is in the way moves");
    }

    @Test
    void avoidedPortsStayWithWhoHasThem() throws IOException {
        lease(FROM_9080, "a:1");
        assertEquals(Map.of("a:1", 9080, "b:1", 9082), lease(new PortLeases.Range(9080, Set.of(), Set.of(9080, 9081)), "a:1", "b:1"));
    }

    @Test
    void aHigherStartMovesOnlyThoseBelowIt() throws IOException {
        lease(FROM_9080, "a:1", "b:1", "c:1");
        assertEquals(Map.of("a:1", 9083, "b:1", 9084, "c:1", 9082), lease(range(9082), "a:1", "b:1", "c:1"));
    }

    @Test
    void whenAllAreLeasedThoseOfTheAbsentAreHandedOn() throws IOException {
        assertEquals(Map.of("a:1", 65534, "b:1", 65535), lease(range(65534), "a:1", "b:1"));
        assertEquals(Map.of("b:1", 65535, "c:1", 65534), lease(range(65534), "b:1", "c:1"));
        assertEquals(Map.of("b:1", 65535, "c:1", 65534), lease(range(65534), "b:1", "c:1", "d:1"), "the last one gets none");
    }

    @Test
    void aCorruptFileIsSetAsideAndRebuilt() throws IOException {
        Files.writeString(file, "{\"a:1\": 90");
        assertEquals(Map.of("a:1", 9080), lease(FROM_9080, "a:1"));
        assertEquals("{\"a:1\": 90", Files.readString(folder.resolve("network_ports.json.corrupt-1")));
    }

    @Test
    void valuesThatAreNoPortsAndPortsLeasedTwiceAreDropped() throws IOException {
        Files.writeString(file, "{\"a:1\": 9090, \"b:1\": 9090, \"c:1\": 70000, \"d:1\": \"9091\", \"e:1\": null, \"f:1\": 9092}");
        assertEquals(Map.of("a:1", 9090, "b:1", 9080, "c:1", 9081, "d:1", 9082, "e:1", 9083, "f:1", 9092),
                lease(FROM_9080, "a:1", "b:1", "c:1", "d:1", "e:1", "f:1"));
    }

    @Test
    void aLeaseFollowsThePortInUse() throws IOException {
        PortLeases leases = new PortLeases(file);
        leases.lease(keys("a:1", "b:1"), FROM_9080);
        assertFalse(leases.move(keyOf("a:1"), 9081), "that is another's");
        assertTrue(leases.move(keyOf("a:1"), 9082));
        assertEquals(Map.of("a:1", 9082, "b:1", 9081), lease(FROM_9080, "a:1", "b:1"), "and it is on disk");
    }

    @Test
    void leasesThatCannotBeSavedAreNotGiven() throws IOException {
        PortLeases leases = new PortLeases(folder.resolve("no-such-folder").resolve("network_ports.json"));
        PortLeases.Result result = leases.lease(keys("a:1"), FROM_9080);
        assertEquals(Map.of(), result.given());
        assertTrue(result.notSaved().isPresent());
    }

    private Map<String, Integer> lease(PortLeases.Range range, String... endpoints) throws IOException {
        Map<String, Integer> given = new TreeMap<>();
        new PortLeases(file).lease(keys(endpoints), range).given().forEach((key, port) -> given.put(key.toString(), port));
        return given;
    }

    private static PortLeases.Range range(int first) {
        return new PortLeases.Range(first, Set.of(), Set.of());
    }

    private static SortedSet<EndpointKey> keys(String... endpoints) {
        SortedSet<EndpointKey> keys = new TreeSet<>();
        for (String endpoint : endpoints) {
            keys.add(keyOf(endpoint));
        }
        return keys;
    }

    private static EndpointKey keyOf(String endpoint) {
        return new EndpointKey(endpoint.split(":")[0], Integer.parseInt(endpoint.split(":")[1]));
    }
}
