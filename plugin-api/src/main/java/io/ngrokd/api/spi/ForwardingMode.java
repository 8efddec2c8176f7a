package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import java.net.InetAddress;
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
     * Who keeps this daemon from listening there now. May block for up to 2 seconds, and be called while a request is under way.
     *
     * @param port 1 to 65535
     * @return words that fit behind "is held by": "nginx (pid 812)"; empty when nobody does, or this system does not tell
     */
    default Optional<String> holder(InetAddress address, int port) {
        return Optional.empty();
    }
}
