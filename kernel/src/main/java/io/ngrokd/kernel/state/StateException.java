package io.ngrokd.kernel.state;

/** The state folder cannot be used. The message is for the user and says the mend. */
public final class StateException extends Exception {

    public StateException(String message) {
        super(message);
    }

    public StateException(String message, Throwable cause) {
        super(message, cause);
    }
}
