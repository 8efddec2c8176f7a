package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** How our server gets into resolv.conf. */
interface Way {

    /** Whether it stands there as we put it. */
    boolean stands(InetSocketAddress server) throws StageException;

    /** Puts it there; in the journal before. */
    void put(InetSocketAddress server) throws StageException;

    /** Takes it away, if it is there and ours. */
    void remove() throws StageException;

    /**
     * What putting it there would change, or taking it away; changes nothing.
     *
     * @param server empty for taking it away
     */
    List<Change> changes(Optional<InetSocketAddress> server) throws StageException;

    /** For the status. */
    String description();
}
