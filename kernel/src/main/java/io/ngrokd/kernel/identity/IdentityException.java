package io.ngrokd.kernel.identity;

/** The identity could not be made, read or saved. The message is for the user and says the mend; never a secret. */
public final class IdentityException extends Exception {

    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }

    public IdentityException(String message) {
        super(message);
    }
}
