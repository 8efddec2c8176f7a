package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Looks for a private range (RFC 1918) that nobody on this machine uses. */
final class FreeRange {

    private static final List<Subnet> PRIVATE =
            List.of(Subnet.parse("10.0.0.0/8"), Subnet.parse("172.16.0.0/12"), Subnet.parse("192.168.0.0/16"));
    /** So many are looked at in each of the three; whoever has more taken knows better what is free. */
    private static final int LOOKS = 1024;

    private FreeRange() {}

    /**
     * The first free one as large as the wanted one, looking upwards from there and then from the beginning.
     *
     * @param taken what is in use
     */
    static Optional<Subnet> like(Subnet wanted, Collection<Subnet> taken) {
        for (Subnet block : PRIVATE) {
            if (block.prefixLength() > wanted.prefixLength() || taken.stream().anyMatch(used -> covers(used, block))) {
                continue;
            }
            long size = wanted.size();
            long count = block.size() / size;
            long first = block.contains(wanted.network()) ? block.offsetOf(wanted.network()) / size + 1 : 0;
            for (long look = 0; look < Math.min(count, LOOKS); look++) {
                Subnet candidate = new Subnet(block.addressAt((first + look) % count * size), wanted.prefixLength());
                if (!candidate.overlaps(wanted) && taken.stream().noneMatch(candidate::overlaps)) {
                    return Optional.of(candidate);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean covers(Subnet large, Subnet small) {
        return large.prefixLength() <= small.prefixLength() && large.contains(small.network());
    }
}
