package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.NetifRequest;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A request, sorted: what can exist in the range and what can't.
 *
 * @param addresses those of endpoints that can; the gateway is not among them
 * @param refused the others, with the reason
 */
record Wishes(List<Inet4Address> addresses, Map<InetAddress, StageFailure> refused) {

    static Wishes of(NetifRequest request, AddressRange range) {
        // Plain numbers instead of Subnet.contains: there may be 65,000 of them.
        int mask = -1 << (32 - range.subnet().prefixLength());
        int network = number((Inet4Address) range.subnet().network());
        List<Inet4Address> addresses = new ArrayList<>(request.addresses().size());
        Map<InetAddress, StageFailure> refused = new HashMap<>();
        for (InetAddress address : request.addresses()) {
            if (!(address instanceof Inet4Address ip) || (number(ip) & mask) != network) {
                refused.put(address, refusal(address, "is outside the range " + range.subnet()));
            } else if (number(ip) == network || number(ip) == (network | ~mask)) {
                refused.put(address, refusal(address, "is the network or broadcast address of " + range.subnet()));
            } else if (!address.equals(range.gateway())) {
                addresses.add(ip);
            }
        }
        return new Wishes(addresses, refused);
    }

    private static int number(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    private static StageFailure refusal(InetAddress address, String fault) {
        return new StageFailure(FailureCode.REFUSED, address.getHostAddress() + " " + fault);
    }
}
