package io.ngrokd.api.error;

import java.util.Objects;

/**
 * Why one thing (an address, a listener, a name) could not be made so.
 *
 * @param code what kind of failure it is
 * @param message a sentence for the user: what happened and what to do; never a secret
 */
public record StageFailure(FailureCode code, String message) {

    public StageFailure {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
    }
}
