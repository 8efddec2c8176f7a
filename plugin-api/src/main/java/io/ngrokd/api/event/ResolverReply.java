package io.ngrokd.api.event;

import io.ngrokd.api.error.StageFailure;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a {@link ResolverRequest}.
 *
 * @param failed the domains that are not routed to us, with the reason; all others of the request are
 * @param warning what a person should know although it works, such as another program that fights over the settings
 */
public record ResolverReply(Map<String, StageFailure> failed, Optional<String> warning) {

    public ResolverReply {
        failed = Map.copyOf(failed);
    }

    /** Everything that was asked for is so. */
    public static ResolverReply complete() {
        return new ResolverReply(Map.of(), Optional.empty());
    }
}
