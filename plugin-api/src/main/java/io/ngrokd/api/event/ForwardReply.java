package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What became of a {@link ForwardRequest}.
 *
 * @param bound where each listener accepts now, by listener id; the port differs from the one wanted when that was taken
 * @param failed the listeners that do not accept now, by id, with the reason
 * @param remarks what else is known of listeners that accept, by id: why one has another port than the wanted one, in words
 *     that a sentence can begin with ({@code port 80 of 0.0.0.0 is held by nginx (pid 812)}); never a secret
 */
public record ForwardReply(Map<String, InetSocketAddress> bound, Map<String, StageFailure> failed, Map<String, String> remarks) {

    public ForwardReply {
        bound = Map.copyOf(bound);
        failed = Map.copyOf(failed);
        remarks = Map.copyOf(remarks);
    }

    /** Without remarks. */
    public ForwardReply(Map<String, InetSocketAddress> bound, Map<String, StageFailure> failed) {
        this(bound, failed, Map.of());
    }
}
