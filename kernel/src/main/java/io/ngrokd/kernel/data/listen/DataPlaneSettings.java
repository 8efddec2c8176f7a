package io.ngrokd.kernel.data.listen;

import io.ngrokd.kernel.data.http.HttpSettings;
import io.ngrokd.kernel.data.relay.RelaySettings;
import io.ngrokd.api.endpoint.Subnet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Limits of the data plane.
 *
 * @param firstByteLimit how long a client may take to say anything, where that matters
 * @param sniffLimit how long its first bytes may leave open what it speaks
 * @param relay limits of raw streams
 * @param http limits of HTTP
 * @param limits how many connections there may be
 * @param virtualClients networks whose clients may use listeners that belong to one endpoint; clients on this machine always may
 */
public record DataPlaneSettings(
        Duration firstByteLimit, Duration sniffLimit, RelaySettings relay, HttpSettings http, ConnectionLimits limits,
        List<Subnet> virtualClients) {

    public DataPlaneSettings {
        Objects.requireNonNull(firstByteLimit, "firstByteLimit");
        Objects.requireNonNull(sniffLimit, "sniffLimit");
        Objects.requireNonNull(relay, "relay");
        Objects.requireNonNull(http, "http");
        Objects.requireNonNull(limits, "limits");
        virtualClients = List.copyOf(virtualClients);
    }

    /** Without caps. */
    public DataPlaneSettings(Duration firstByteLimit, Duration sniffLimit, RelaySettings relay, HttpSettings http) {
        this(firstByteLimit, sniffLimit, relay, http, ConnectionLimits.NONE, List.of());
    }

    /** A minute for the first byte, ten seconds from there to a decision. */
    public static DataPlaneSettings defaults() {
        return new DataPlaneSettings(
                Duration.ofSeconds(60), Duration.ofSeconds(10), RelaySettings.defaults(), HttpSettings.defaults());
    }

    /** The same with other limits of raw streams and of HTTP. */
    public DataPlaneSettings with(RelaySettings otherRelay, HttpSettings otherHttp) {
        return new DataPlaneSettings(firstByteLimit, sniffLimit, otherRelay, otherHttp, limits, virtualClients);
    }

    /** The same with other caps. */
    public DataPlaneSettings with(ConnectionLimits otherLimits) {
        return new DataPlaneSettings(firstByteLimit, sniffLimit, relay, http, otherLimits, virtualClients);
    }

    /** The same for clients of other networks. */
    public DataPlaneSettings withVirtualClients(List<Subnet> networks) {
        return new DataPlaneSettings(firstByteLimit, sniffLimit, relay, http, limits, networks);
    }

    /** The same with no more patience for a client's first bytes than this. */
    DataPlaneSettings withFirstBytesWithin(Duration most) {
        return new DataPlaneSettings(shorter(firstByteLimit, most), shorter(sniffLimit, most), relay, http, limits, virtualClients);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
