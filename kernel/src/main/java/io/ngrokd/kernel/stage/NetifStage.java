package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.Wanted;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Has the addresses of virtual endpoints made, and knows which are there. */
final class NetifStage {

    private final StageBus bus;
    private Set<InetAddress> asked = Set.of();
    private Set<InetAddress> up = Set.of();

    NetifStage(StageBus bus) {
        this.bus = bus;
    }

    /**
     * @param range where addresses come from; empty when nobody can make any
     * @param lingering addresses that stay for now although no endpoint has them
     */
    void apply(Optional<AddressRange> range, Collection<Allocation> allocations, Set<InetAddress> lingering, Failures failures) {
        if (range.isEmpty()) {
            up = Set.of();
            return;
        }
        Set<InetAddress> wanted = Wanted.addresses(allocations);
        Set<InetAddress> all = new HashSet<>(wanted);
        all.addAll(lingering);
        Map<InetAddress, StageFailure> failed = new HashMap<>();
        try {
            NetifReply reply = bus.request(BusAddress.STAGE_NETIF, "netif",
                    new NetifRequest(range.get(), all, minus(all, asked), minus(asked, all)), NetifReply.class);
            asked = all;
            failed.putAll(reply.failed());
            up = minus(wanted, failed.keySet());
        } catch (StageException whole) {
            failures.problem("netif", whole);
            wanted.forEach(address -> failed.put(address, whole.failure()));
            up = minus(wanted, minus(wanted, up));
        }
        for (Allocation allocation : allocations) {
            StageFailure failure = failed.get(allocation.address());
            if (failure != null && allocation.mode().equals(Desired.VIRTUAL)) {
                failures.add(allocation, failure);
            }
        }
    }

    /** Whether there is an address to listen on. */
    boolean hasAddress(Allocation allocation) {
        return !allocation.mode().equals(Desired.VIRTUAL) || up.contains(allocation.address());
    }

    private static <T> Set<T> minus(Set<T> all, Set<T> without) {
        Set<T> rest = new HashSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
