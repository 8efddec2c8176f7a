package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What became of a {@link ForwardRequest}.
 *
 * @param bound where each listener accepts now, by listener id; the port differs from the one wanted when that was taken
 * @param failed the listeners that do not accept now, by id, with the reason
 */
public record ForwardReply(Map<String, InetSocketAddress> bound, Map<String, StageFailure> failed) {

    public ForwardReply {
        bound = Map.copyOf(bound);
        failed = Map.copyOf(failed);
    }
}
