package io.ngrokd.kernel;

import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.kernel.allocate.Allocator;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.stage.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** Sees to it that a leased port which stays taken gives way to the one that is in use instead: clients need one that lasts. */
final class PortKeeper {

    /** Whoever has the port may be about to end, for instance an earlier run of ours. */
    private static final int PATIENCE = 3;

    private final Allocator allocator;
    private final Map<EndpointKey, Integer> elsewhere = new HashMap<>();

    PortKeeper(Allocator allocator) {
        this.allocator = allocator;
    }

    /**
     * After a pass.
     *
     * @return whether a lease moved, so that the next pass wants another state
     */
    boolean follow(Desired desired, SortedMap<EndpointKey, Outcome> outcomes) {
        boolean moved = false;
        for (Allocation allocation : desired.allocations().values()) {
            EndpointKey key = allocation.endpoint().key();
            boolean leased = allocation.mode().equals(Desired.SHARED) && allocation.endpoint().protocol() == Protocol.TCP;
            int port = outcomes.get(key).bound().map(at -> at.getPort()).orElse(allocation.port());
            if (!leased || port == allocation.port()) {
                elsewhere.remove(key);
            } else if (elsewhere.merge(key, 1, Integer::sum) >= PATIENCE && allocator.movePort(key, port)) {
                elsewhere.remove(key);
                moved = true;
            }
        }
        elsewhere.keySet().retainAll(desired.allocations().keySet());
        return moved;
    }
}
