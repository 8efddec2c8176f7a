package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.PlanRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** Listens for clients and hands their connections to the kernel's {@link ConnectionSink}. */
public interface ForwardingMode {

    /**
     * Makes exactly the listeners of the request accept. Listeners that stay are not touched; those that go stop
     * accepting, while the connections that they accepted live on in the kernel.
     *
     * <p>A port that somebody else holds is replaced by a free one, of which up to 20 are tried: those that follow, or in
     * shared mode, where the wanted port is below {@link ForwardContext#startPort()}, those from there on. It is taken back
     * by a later request once it is free. A port that may not be had for lack of a privilege is not replaced.
     *
     * @throws StageException when nothing could be done
     */
    ForwardReply apply(ForwardRequest request) throws StageException;

    /**
     * Stops accepting everywhere. Nothing to undo is no error.
     *
     * @throws StageException when a listener could not be closed
     */
    void undo() throws StageException;

    /**
     * What {@link #apply} with this request would change on this machine, or {@link #undo} when there is none; nothing is changed
     * by asking, not for a moment: no address made, no port bound, no file or journal written.
     * A listener that would get another port than the wanted one shows with that port, and a note why.
     *
     * @return an empty list when all is as wanted; empty when this backend cannot say
     * @throws StageException when it cannot be seen how things are, or {@code apply} would refuse the whole request
     */
    default Optional<List<Change>> plan(PlanRequest<ForwardRequest> asked) throws StageException {
        return Optional.empty();
    }

    /**
     * Who keeps this daemon from listening there now. May block for up to 2 seconds, and be called while a request is under way.
     *
     * @param port 1 to 65535
     * @return words that fit behind "is held by": "nginx (pid 812)"; empty when nobody does, or this system does not tell
     */
    default Optional<String> holder(InetAddress address, int port) {
        return Optional.empty();
    }
}
