package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.util.Map;

/**
 * What became of a {@link NamesRequest}.
 *
 * @param failed the names that were not written, with the reason; all others of the request were
 */
public record NamesReply(Map<String, StageFailure> failed) {

    public NamesReply {
        failed = Map.copyOf(failed);
    }

    /** Everything that was asked for is so. */
    public static NamesReply complete() {
        return new NamesReply(Map.of());
    }
}
