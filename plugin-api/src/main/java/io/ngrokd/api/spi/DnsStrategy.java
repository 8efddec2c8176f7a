package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Has this machine's own resolver ask our DNS server for our domains and nobody else's.
 *
 * <p>The kernel trusts no strategy by its word: after {@code apply} it looks up a name of ours the way every program does, and
 * when that does not reach our server it undoes this strategy and takes the next one.
 */
public interface DnsStrategy {

    /**
     * Makes the resolver's settings say exactly what the request says; nothing is changed that says so already. Called again
     * now and then with the same request: settings that somebody else has changed since are repaired then, with back-off.
     *
     * @throws StageException when nothing could be done; the settings are as they were
     */
    ResolverReply apply(ResolverRequest request) throws StageException;

    /**
     * Makes the settings what they would be without us, this process's or an earlier one's doing. Nothing to undo is no error.
     *
     * @throws StageException when something of ours is still there
     */
    void undo() throws StageException;

    /** The servers that this machine asks when we are not there, best first; never our own. May block for up to 2 seconds. */
    List<InetSocketAddress> upstreams();

    /** What it changes, for the status: "systemd-resolved, on interface ngrokd0". */
    String description();

    /**
     * What {@link #apply} with this request would change on this machine, or {@link #undo} when there is none; nothing is changed
     * by asking, not for a moment: no address made, no port bound, no file or journal written.
     *
     * @return an empty list when all is as wanted; empty when this backend cannot say
     * @throws StageException when it cannot be seen how things are, or {@code apply} would refuse the whole request
     */
    default Optional<List<Change>> plan(PlanRequest<ResolverRequest> asked) throws StageException {
        return Optional.empty();
    }
}
