package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.PlanRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Makes exact names resolve on this machine. */
public interface HostsWriter {

    /**
     * Makes the managed section say exactly what the request says; not a byte outside it changes, and nothing is
     * written when nothing changed.
     *
     * @throws StageException when the file could not be read or written; what it said before still stands
     */
    NamesReply apply(NamesRequest request) throws StageException;

    /**
     * Removes the managed section, this process's or an earlier one's. Nothing to undo is no error.
     *
     * @throws StageException when the section is still there
     */
    void undo() throws StageException;

    /** Where it writes, for the status: "/etc/hosts". */
    String description();

    /**
     * What {@link #apply} with this request would change on this machine, or {@link #undo} when there is none; nothing is changed
     * by asking, not for a moment: no address made, no port bound, no file or journal written.
     *
     * @return an empty list when all is as wanted; empty when this backend cannot say
     * @throws StageException when it cannot be seen how things are, or {@code apply} would refuse the whole request
     */
    default Optional<List<Change>> plan(PlanRequest<NamesRequest> asked) throws StageException {
        return Optional.empty();
    }

    /**
     * Looks whether the name is where it should be now, and leads where it should; changes nothing. May block for up to 2 seconds,
     * and be called while a request is under way.
     *
     * @param name an exact name of the latest request
     * @param address what it is to resolve to
     * @return what is there; empty when this backend cannot tell
     */
    default Optional<Finding> inspect(String name, InetAddress address) {
        return Optional.empty();
    }
}
