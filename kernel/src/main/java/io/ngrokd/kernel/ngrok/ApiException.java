package io.ngrokd.kernel.ngrok;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A call of the API that did not succeed. The message is for the user: ngrok's own words where it said any. It never
 * holds the key.
 */
public final class ApiException extends Exception {

    private static final String BINDINGS_NOT_ENABLED = "ERR_NGROK_19002";
    /** What Java's TLS says of a server certificate that is not valid at this machine's time. */
    private static final List<String> VALIDITY = List.of("validity check failed", "NotBefore: ", "NotAfter: ");

    private final int status;
    private final String errorCode;
    private final Duration retryAfter;

    ApiException(int status, String errorCode, String message, Duration retryAfter, Throwable cause) {
        super(message, cause);
        this.status = status;
        this.errorCode = errorCode;
        this.retryAfter = retryAfter;
    }

    static ApiException unreachable(String message, Throwable cause) {
        return new ApiException(0, "", message, null, cause);
    }

    static ApiException unusableAnswer(int status, String message) {
        return new ApiException(status, "", message, null, null);
    }

    /** The HTTP status; 0 when there was no answer. */
    public int status() {
        return status;
    }

    /** {@code ERR_NGROK_...}, or empty. */
    public String errorCode() {
        return errorCode;
    }

    /** How long the API asked us to wait, with 429 and sometimes 503. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** What was asked for does not exist (any more). */
    public boolean isNotFound() {
        return status == 404;
    }

    /** The key is wrong or may not do this: asking again with the same key is useless. */
    public boolean isDenied() {
        return status == 401 || status == 403;
    }

    /** Whether the API may have done what it was asked to, although it did not say so. */
    public boolean isOutcomeUnknown() {
        return status < 300 || status >= 500;
    }

    /** What to do about it, where that is known; empty otherwise. */
    public String advice() {
        if (errorCode.equals(BINDINGS_NOT_ENABLED)) {
            return "this account may not use Kubernetes bindings: have them enabled (ngrok's dashboard, or https://ngrok.com/support),"
                    + " or take a plan that has them; ngrokd goes on trying";
        }
        if (isDenied()) {
            return "set a key that ngrok accepts with: ngrokctl set-api-key";
        }
        if (status == 0 && VALIDITY.stream().anyMatch(getMessage()::contains)) {
            return "is this machine's clock right?";
        }
        return "";
    }

    /** The message, and what to do about it. */
    public String messageWithAdvice() {
        String advice = advice();
        return advice.isEmpty() ? getMessage() : getMessage() + "; " + advice;
    }
}
