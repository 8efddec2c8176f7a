package io.ngrokd.kernel.data.http;

/** A message that is not forwarded because it is malformed, ambiguous or out of bounds. */
final class HttpViolation extends Exception {

    /** The request is for a host that is not served here. */
    static final int MISDIRECTED = 421;

    private static final long serialVersionUID = 1L;

    private final int status;

    /** A violation that a client is answered with the given status for. */
    HttpViolation(int status, String message) {
        // No stack: hostile input must not be more expensive than honest input.
        super(message, null, false, false);
        this.status = status;
    }

    static HttpViolation bad(String message) {
        return new HttpViolation(400, message);
    }

    int status() {
        return status;
    }
}
