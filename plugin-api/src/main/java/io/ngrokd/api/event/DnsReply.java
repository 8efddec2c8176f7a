package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What became of a {@link DnsRequest}. Where the server listens it knows all names of the request.
 *
 * @param failed the addresses at which it does not listen, over UDP or over TCP, with the reason; it listens at all others
 */
public record DnsReply(Map<InetSocketAddress, StageFailure> failed) {

    public DnsReply {
        failed = Map.copyOf(failed);
    }

    /** Everything that was asked for is so. */
    public static DnsReply complete() {
        return new DnsReply(Map.of());
    }
}
