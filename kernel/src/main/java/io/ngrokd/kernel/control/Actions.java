package io.ngrokd.kernel.control;

import java.time.Instant;

/** What a user may tell the daemon to do. Called on virtual threads; may block. */
public interface Actions {

    /**
     * Takes a new API key, registers with it when that is needed, and keeps it.
     *
     * @return what happened, a sentence for the user
     * @throws ActionException when the key was not taken, with ngrok's own words where it said any
     */
    String setApiKey(String key) throws ActionException;

    /**
     * Renews the client certificate when that is due.
     *
     * @param force renew it in any case
     * @throws ActionException when it could not be renewed, with ngrok's own words where it said any
     */
    Refreshed refreshCertificate(boolean force) throws ActionException;

    /**
     * What became of the client certificate.
     *
     * @param before when the certificate ended that was in use until now
     * @param notAfter when the one in use now ends
     * @param renewAt when that one is to be renewed
     * @param message all of it in a sentence
     */
    record Refreshed(boolean renewed, Instant before, Instant notAfter, Instant renewAt, String message) {}

    /** An action that could not be done; the message is for the user. */
    final class ActionException extends Exception {
        public ActionException(String message) {
            super(message);
        }
    }
}
