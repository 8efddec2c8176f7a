package io.ngrokd.cloud.fault;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The faults in force now; any thread may change and ask. */
public final class Faults {

    private final List<Armed> armed = new ArrayList<>();
    private final List<ArmedIngress> armedIngress = new ArrayList<>();

    /** Replaces all faults of the API in force. */
    public synchronized void replace(List<ApiFault> faults) {
        armed.clear();
        faults.forEach(this::add);
    }

    public synchronized void add(ApiFault fault) {
        armed.add(new Armed(fault));
    }

    /** Replaces all faults of the ingress in force. */
    public synchronized void replaceIngress(List<IngressFault> faults) {
        armedIngress.clear();
        faults.forEach(this::add);
    }

    public synchronized void add(IngressFault fault) {
        armedIngress.add(new ArmedIngress(fault));
    }

    public synchronized void clear() {
        armed.clear();
        armedIngress.clear();
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

    /** The first fault of the ingress that is not over; it has then been used once. */
    public synchronized Optional<IngressFault> takeIngress() {
        for (ArmedIngress candidate : armedIngress) {
            if (candidate.left > 0) {
                candidate.left--;
                return Optional.of(candidate.fault);
            }
        }
        return Optional.empty();
    }

    private static final class ArmedIngress {
        private final IngressFault fault;
        private int left;

        private ArmedIngress(IngressFault fault) {
            this.fault = fault;
            this.left = fault.times();
        }
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
