package io.ngrokd.kernel.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.control.Actions.ActionException;
import java.util.Optional;

/** Looks the whole way over. Called on virtual threads; blocks for up to 25 seconds. */
public interface Examiner {

    /**
     * Walks the way of a name, hop by hop, or of this machine.
     *
     * @param name a host, {@code host:port} or URL; empty for the machine
     * @return {@code hops} with what was seen at each, and what is known of the endpoint, or of all
     * @throws ActionException when too many ask at once
     */
    ObjectNode examine(Optional<String> name) throws ActionException;
}
