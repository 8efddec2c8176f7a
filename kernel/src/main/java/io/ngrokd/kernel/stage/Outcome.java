package io.ngrokd.kernel.stage;

import io.ngrokd.api.error.StageFailure;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a pass achieved for one endpoint.
 *
 * @param bound where it accepts connections now; empty when nowhere
 * @param failures what is missing, the earliest stage first; empty when it is ready
 */
public record Outcome(Optional<InetSocketAddress> bound, List<StageFailure> failures) {

    public Outcome {
        failures = List.copyOf(failures);
    }

    /** Clients can use it as they should. */
    public boolean ready() {
        return failures.isEmpty() && bound.isPresent();
    }
}
