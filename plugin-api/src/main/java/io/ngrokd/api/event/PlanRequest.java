package io.ngrokd.api.event;

import java.util.Objects;
import java.util.Optional;

/**
 * Asks a backend what it would change, without changing anything. Sent to {@link BusAddress#plan} of its role's address.
 *
 * @param request what would be asked of it; empty for what its {@code undo()} would change
 * @param fromScratch whether another backend of the role (or this one with other settings) is undone before: what bears ngrokd's mark
 *     counts as gone already. False where it is compared with what is there
 * @param <Q> the request of its role
 */
public record PlanRequest<Q>(Optional<Q> request, boolean fromScratch) {

    public PlanRequest {
        Objects.requireNonNull(request, "request");
    }

    /** What would that change? */
    public static <Q> PlanRequest<Q> of(Q request) {
        return new PlanRequest<>(Optional.of(request), false);
    }

    /** What would undoing change? */
    public static <Q> PlanRequest<Q> undo() {
        return new PlanRequest<>(Optional.empty(), false);
    }
}
