package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.PlanRequest;
import java.util.List;
import java.util.Optional;

/** Answers DNS for our names, and passes on what is not ours. */
public interface DnsServer {

    /**
     * Makes the server listen at exactly these places and know exactly these names. Sockets that stay are not touched, no query
     * under way is lost, and every query sees either all old names or all new ones.
     *
     * @throws StageException when nothing could be done; what was served before is still served
     */
    DnsReply apply(DnsRequest request) throws StageException;

    /**
     * Stops listening everywhere. Nothing to undo is no error.
     *
     * @throws StageException when a socket could not be closed
     */
    void undo() throws StageException;

    /** What it is, and what it has done, for the status: "dnsjava, 120 queries, 80 % of 40 upstream ones from the cache". */
    String description();

    /**
     * What {@link #apply} with this request would change on this machine, or {@link #undo} when there is none; nothing is changed
     * by asking, not for a moment: no address made, no port bound, no file or journal written.
     *
     * @return an empty list when all is as wanted; empty when this backend cannot say
     * @throws StageException when it cannot be seen how things are, or {@code apply} would refuse the whole request
     */
    default Optional<List<Change>> plan(PlanRequest<DnsRequest> asked) throws StageException {
        return Optional.empty();
    }
}
