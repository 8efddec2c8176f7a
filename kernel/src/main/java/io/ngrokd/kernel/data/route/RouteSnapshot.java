package io.ngrokd.kernel.data.route;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** Where the two planes meet: the control plane swaps the table, the data plane reads it once per decision. */
public final class RouteSnapshot {

    private final AtomicReference<RouteTable> table = new AtomicReference<>(RouteTable.empty());

    /** Makes the table the current one for every decision from now on, and returns the one it replaces. */
    public RouteTable swap(RouteTable next) {
        return table.getAndSet(Objects.requireNonNull(next, "next"));
    }

    /** The current table. */
    public RouteTable current() {
        return table.get();
    }
}
