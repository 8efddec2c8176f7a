package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.kernel.reconcile.Wanted;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;

/** Has the hosts file say the names that it can. */
final class NamesStage {

    private final StageBus bus;

    NamesStage(StageBus bus) {
        this.bus = bus;
    }

    /**
     * @param up whether an endpoint can be reached
     * @param sharedToo whether it stands in for the resolver
     */
    void apply(Collection<Allocation> allocations, Predicate<Allocation> up, boolean sharedToo, Failures failures) {
        SortedMap<String, List<InetAddress>> names = Wanted.names(allocations, up, sharedToo);
        Map<String, StageFailure> failed = new HashMap<>();
        try {
            failed.putAll(bus.request(BusAddress.STAGE_NAMES, "hosts", new NamesRequest(names), NamesReply.class).failed());
        } catch (StageException whole) {
            failures.problem("names", whole);
            names.keySet().forEach(name -> failed.put(name, whole.failure()));
        }
        for (Allocation allocation : allocations) {
            StageFailure failure = failed.get(allocation.endpoint().host());
            // A shared endpoint serves the LAN all the same: for it this file is a makeshift.
            if (failure != null && Wanted.hasName(allocation)) {
                failures.add(allocation, failure);
            }
        }
    }
}
