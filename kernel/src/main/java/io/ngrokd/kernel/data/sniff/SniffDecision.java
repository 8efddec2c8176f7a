package io.ngrokd.kernel.data.sniff;

import java.util.Objects;
import java.util.Optional;

/** What the bytes so far say. */
public sealed interface SniffDecision {

    /** Could still be several things. */
    record NeedMore() implements SniffDecision {}

    /**
     * A TLS ClientHello.
     *
     * @param serverName the name asked for, normalized; empty when there is none, or nobody wanted to know
     */
    record Tls(Optional<String> serverName) implements SniffDecision {

        public Tls {
            Objects.requireNonNull(serverName, "serverName");
        }
    }

    /** Looks like a request of HTTP/1. */
    record Http() implements SniffDecision {}

    /** Anything else. */
    record Raw() implements SniffDecision {}
}
