package io.ngrokd.api.event;

import java.util.List;
import java.util.Optional;

/**
 * What a backend would change.
 *
 * @param changes in the order in which a person wants to read them; an empty list when nothing would change, empty when the backend
 *     cannot say
 */
public record PlanReply(Optional<List<Change>> changes) {

    public PlanReply {
        changes = changes.map(List::copyOf);
    }
}
