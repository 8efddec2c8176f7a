package io.ngrokd.kernel.control;

/** What a user may tell the daemon to do. Called on virtual threads; may block. */
public interface Actions {

    /**
     * Takes a new API key, registers with it when that is needed, and keeps it.
     *
     * @return what happened, a sentence for the user
     * @throws ActionException when the key was not taken, with ngrok's own words where it said any
     */
    String setApiKey(String key) throws ActionException;

    /** An action that could not be done; the message is for the user. */
    final class ActionException extends Exception {
        public ActionException(String message) {
            super(message);
        }
    }
}
