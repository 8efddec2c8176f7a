package io.ngrokd.kernel.data.relay;

import java.time.Duration;
import java.util.Objects;

/**
 * How long a connection may be silent. Zero means for ever.
 *
 * @param idleLimit while both directions are open
 * @param halfClosedLimit once one direction has ended
 * @param lingerLimit once nothing can be delivered any more, and only the client's own end is waited for
 */
public record RelaySettings(Duration idleLimit, Duration halfClosedLimit, Duration lingerLimit) {

    public RelaySettings {
        Objects.requireNonNull(idleLimit, "idleLimit");
        Objects.requireNonNull(halfClosedLimit, "halfClosedLimit");
        Objects.requireNonNull(lingerLimit, "lingerLimit");
    }

    /** Open streams are never idle for too long, half-closed ones are after five minutes. */
    public static RelaySettings defaults() {
        return new RelaySettings(Duration.ZERO, Duration.ofMinutes(5), Duration.ofSeconds(10));
    }
}
