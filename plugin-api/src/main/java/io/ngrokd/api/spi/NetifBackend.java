package io.ngrokd.api.spi;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import java.util.List;
import java.util.Optional;

/** Gives this machine the addresses that endpoints have. */
public interface NetifBackend {

    /**
     * The range that endpoints get addresses from: the user's when this backend can serve it, else its own preference.
     * The same at every call.
     */
    AddressRange range();

    /**
     * Makes exactly the addresses of the request exist, the gateway besides, and removes others of ours, also those
     * that a killed daemon left and those that somebody else removed or added on our interface.
     *
     * @throws StageException when nothing could be done, for instance because the interface cannot be made
     */
    NetifReply apply(NetifRequest request) throws StageException;

    /**
     * Removes all that this backend added, this process or an earlier one, by what its journal says. Nothing to undo
     * is no error.
     *
     * @throws StageException when something of it is still there
     */
    void undo() throws StageException;

    /** How it does it here, for the status: "dummy interface ngrokd0". */
    String description();

    /**
     * What {@link #apply} with this request would change on this machine, or {@link #undo} when there is none; nothing is changed
     * by asking, not for a moment: no address made, no port bound, no file or journal written.
     *
     * @return an empty list when all is as wanted; empty when this backend cannot say
     * @throws StageException when it cannot be seen how things are, or {@code apply} would refuse the whole request
     */
    default Optional<List<Change>> plan(PlanRequest<NetifRequest> asked) throws StageException {
        return Optional.empty();
    }
}
