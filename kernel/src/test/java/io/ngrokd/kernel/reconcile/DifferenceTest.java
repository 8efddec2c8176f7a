package io.ngrokd.kernel.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DifferenceTest {

    private static final EndpointKey KEY = new EndpointKey("db", 5432);

    @Test
    void anotherPortAtTheSameAddressIsAnotherPlaceButCutsNobodyOff() {
        Map<EndpointKey, Allocation> before = Map.of(KEY, at("shared", "0.0.0.0", 9080));
        Map<EndpointKey, Allocation> after = Map.of(KEY, at("shared", "0.0.0.0", 9081));
        Difference difference = Difference.between(before, after);
        assertEquals(Set.of(KEY), difference.removed());
        assertEquals(Set.of(), difference.cutOff(before, after));
    }

    @Test
    void whoeverIsGoneOrMovesToAnotherAddressIsCutOff() {
        Map<EndpointKey, Allocation> before = Map.of(KEY, at("shared", "0.0.0.0", 9080));
        for (Map<EndpointKey, Allocation> after : List.of(Map.<EndpointKey, Allocation>of(), Map.of(KEY, at("shared", "192.168.1.5", 9080)),
                Map.of(KEY, at("virtual", "10.107.0.2", 5432)))) {
            assertEquals(Set.of(KEY), Difference.between(before, after).cutOff(before, after));
        }
    }

    private static Allocation at(String mode, String address, int port) {
        return new Allocation(new Endpoint(KEY, Protocol.TCP, "tcp://db:5432", List.of("ep_1")), mode, InetAddress.ofLiteral(address), port);
    }
}
