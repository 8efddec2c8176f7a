package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.error.StageException;
import java.net.InetSocketAddress;

/** How our server gets into resolv.conf. */
interface Way {

    /** Whether it stands there as we put it. */
    boolean stands(InetSocketAddress server) throws StageException;

    /** Puts it there; in the journal before. */
    void put(InetSocketAddress server) throws StageException;

    /** Takes it away, if it is there and ours. */
    void remove() throws StageException;

    /** For the status. */
    String description();
}
