package io.ngrokd.kernel.data.listen;

import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import java.time.Duration;
import java.util.Objects;

/**
 * Limits of the data plane.
 *
 * @param firstByteLimit how long a client may take to say anything, where that matters
 * @param sniffLimit how long its first bytes may leave open what it speaks
 * @param relay limits of raw streams
 * @param http limits of HTTP
 */
public record DataPlaneSettings(Duration firstByteLimit, Duration sniffLimit, RelaySettings relay, HttpSettings http) {

    public DataPlaneSettings {
        Objects.requireNonNull(firstByteLimit, "firstByteLimit");
        Objects.requireNonNull(sniffLimit, "sniffLimit");
        Objects.requireNonNull(relay, "relay");
        Objects.requireNonNull(http, "http");
    }

    /** A minute for the first byte, ten seconds from there to a decision. */
    public static DataPlaneSettings defaults() {
        return new DataPlaneSettings(
                Duration.ofSeconds(60), Duration.ofSeconds(10), RelaySettings.defaults(), HttpSettings.defaults());
    }
}
