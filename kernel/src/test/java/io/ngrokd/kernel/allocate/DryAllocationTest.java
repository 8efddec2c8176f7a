package io.ngrokd.kernel.allocate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Subnet;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases that are only tried out: they begin with what the files say, and leave the folder as it is. */
class DryAllocationTest {

    private static final Subnet SUBNET = Subnet.parse("10.107.0.0/24");
    private static final AddressRange RANGE = new AddressRange(SUBNET, SUBNET.addressAt(1), Set.of());

    @TempDir
    private Path folder;

    @Test
    void knownHostsHaveTheirAddressesAndNewOnesTheNextFree() throws Exception {
        Path file = Files.writeString(folder.resolve("ip_mappings.json"), "{\"old.demo\": \"10.107.0.9\"}");
        AddressLeases.Result given = AddressLeases.dry(file).lease(new TreeSet<>(Set.of("old.demo", "new.demo")), RANGE);
        assertEquals(InetAddress.ofLiteral("10.107.0.9"), given.given().get("old.demo"));
        assertEquals(InetAddress.ofLiteral("10.107.0.2"), given.given().get("new.demo"));
        assertEquals("{\"old.demo\": \"10.107.0.9\"}", Files.readString(file));
    }

    @Test
    void portsLikewise() throws Exception {
        Path file = Files.writeString(folder.resolve("network_ports.json"), "{\"old.demo:7000\": 9085}");
        PortLeases.Result given = PortLeases.dry(file).lease(
                new TreeSet<>(Set.of(new EndpointKey("old.demo", 7000), new EndpointKey("new.demo", 7000))),
                new PortLeases.Range(9080, Set.of(), Set.of()));
        assertEquals(9085, given.given().get(new EndpointKey("old.demo", 7000)));
        assertEquals(9080, given.given().get(new EndpointKey("new.demo", 7000)));
        assertEquals("{\"old.demo:7000\": 9085}", Files.readString(file));
    }

    @Test
    void whatIsCorruptOrMissingIsEmptyAndStaysWhereItIs() throws Exception {
        Path corrupt = Files.writeString(folder.resolve("ip_mappings.json"), "{");
        assertTrue(AddressLeases.dry(corrupt).lease(new TreeSet<>(Set.of("a.demo")), RANGE).given().containsKey("a.demo"));
        assertTrue(PortLeases.dry(folder.resolve("none.json")).lease(new TreeSet<>(), new PortLeases.Range(1, Set.of(), Set.of())).given().isEmpty());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(corrupt), files.toList());
        }
    }
}
