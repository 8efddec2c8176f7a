package io.ngrokd.kernel.data.ingress;

import java.util.Objects;
import java.util.Optional;

/** Why there is no stream to an endpoint, in words for the user. */
public final class IngressException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What went wrong, as status, log, metrics and error pages name it. */
    public enum Cause {
        /** No TCP connection, or it broke before TLS was up. */
        UNREACHABLE,
        /** The ingress's certificate is not trusted here, or is for another name. */
        TLS_UNTRUSTED,
        /** The ingress does not accept our certificate, or hung up instead of answering, which means the same. */
        CERTIFICATE_REFUSED,
        /** There is no client certificate yet. */
        CERTIFICATE_MISSING,
        /** The ingress answered, and the answer is no. */
        UPGRADE_REFUSED,
        /** No answer in time. */
        TIMEOUT,
        /** The far side speaks something else. */
        PROTOCOL
    }

    private final Cause cause;
    private final String errorCode;
    private final boolean retryable;

    private IngressException(Cause cause, String errorCode, String message, boolean retryable, Throwable origin) {
        super(message, origin);
        this.cause = Objects.requireNonNull(cause, "cause");
        this.errorCode = errorCode;
        this.retryable = retryable;
    }

    static IngressException of(Cause cause, String message, Throwable origin) {
        return new IngressException(cause, null, message, false, origin);
    }

    /** A failure that a second attempt may not meet. */
    static IngressException passing(Cause cause, String message, Throwable origin) {
        return new IngressException(cause, null, message, true, origin);
    }

    static IngressException refused(String errorCode, String message) {
        return new IngressException(
                Cause.UPGRADE_REFUSED, errorCode.isEmpty() ? null : errorCode, message, false, null);
    }

    /** What went wrong. */
    public Cause reason() {
        return cause;
    }

    /** The code that the ingress gave, {@code ERR_NGROK_...}. */
    public Optional<String> errorCode() {
        return Optional.ofNullable(errorCode);
    }

    boolean isRetryable() {
        return retryable;
    }
}
