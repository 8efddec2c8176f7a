package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;
import java.util.Map;

/**
 * What became of a {@link NetifRequest}.
 *
 * @param failed the addresses that do not exist now, with the reason; all others of the request do
 */
public record NetifReply(Map<InetAddress, StageFailure> failed) {

    public NetifReply {
        failed = Map.copyOf(failed);
    }

    /** Everything that was asked for is so. */
    public static NetifReply complete() {
        return new NetifReply(Map.of());
    }
}
