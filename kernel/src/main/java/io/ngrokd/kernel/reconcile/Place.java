package io.ngrokd.kernel.reconcile;

import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;

/** What a {@code listen_interface} comes to on this machine now. */
public sealed interface Place {

    /** An address of its own for each host. */
    record Virtual() implements Place {}

    /** An address of this machine that endpoints share; the wildcard address for all of them. */
    record Shared(InetAddress address) implements Place {}

    /** Nowhere, for now. */
    record Nowhere(StageFailure reason) implements Place {}
}
