package io.ngrokd.kernel.doctor;

/** A connection to the ingress, made step by step; each step needs the one before. Blocks. Used by one thread at a time. */
public interface IngressVisit extends AutoCloseable {

    /** Reaches the ingress over TCP, and goes on to TLS when it is there. */
    Seen reach() throws InterruptedException;

    /**
     * TLS: who answered, and how it was verified.
     *
     * @param alone whether nothing is asked on this connection afterwards, so that a refusal which comes late has to be waited for
     */
    Seen handshake(boolean alone) throws InterruptedException;

    /**
     * Asks the ingress for an endpoint.
     *
     * @param host never a wildcard
     */
    Seen ask(String host, int port) throws InterruptedException;

    /** Sends a request of HTTP to the endpoint that was asked for, and looks at what comes back. */
    Seen firstBytes(String host) throws InterruptedException;

    @Override
    void close();
}
