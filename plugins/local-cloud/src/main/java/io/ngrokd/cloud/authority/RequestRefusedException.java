package io.ngrokd.cloud.authority;

/** A certificate request that breaks a rule; the message says which. */
public final class RequestRefusedException extends Exception {

    RequestRefusedException(String reason) {
        super(reason);
    }

    RequestRefusedException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
