package io.ngrokd.cloud.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults in force now; any thread may change and ask. */
public final class Faults {

    private final List<Armed> armed = new ArrayList<>();

    /** Replaces all faults in force. */
    public synchronized void replace(List<ApiFault> faults) {
        armed.clear();
        faults.forEach(this::add);
    }

    public synchronized void add(ApiFault fault) {
        armed.add(new Armed(fault));
    }

    public synchronized void clear() {
        armed.clear();
    }

    /** The first fault that hits this request; it has then been used once. */
    public synchronized Optional<ApiFault> take(String method, String path) {
        for (Armed candidate : armed) {
            if (candidate.left > 0 && candidate.fault.hits(method, path)) {
                candidate.left--;
                return Optional.of(candidate.fault);
            }
        }
        return Optional.empty();
    }

    private static final class Armed {
        private final ApiFault fault;
        private int left;

        private Armed(ApiFault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
    }
}
