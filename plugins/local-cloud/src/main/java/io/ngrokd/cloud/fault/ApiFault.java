package io.ngrokd.cloud.fault;

import java.time.Duration;

/**
 * Something that goes wrong with answers of the API.
 *
 * @param method only requests with this method; empty for any
 * @param path only requests whose path begins so
 * @param refusal answered instead of the real answer
 * @param retryAfter seconds for the Retry-After header; 0 for none
 * @param delay before the answer; what was asked for is done before it
 * @param clock how far ahead the answer's date is
 * @param truncate the answer's second half is missing and the connection is cut
 * @param times how many requests it hits before it is over
 */
public record ApiFault(String method, String path, Refusal refusal, int retryAfter, Duration delay, Duration clock,
        boolean truncate, int times) {

    /**
     * What is answered instead of the real answer.
     *
     * @param status the HTTP status; 0 leaves the real answer alone
     * @param errorCode {@code ERR_NGROK_...}; empty for the local cloud's own
     * @param message for the user; empty for the local cloud's own
     */
    public record Refusal(int status, String errorCode, String message) {

        /** The real answer. */
        public static final Refusal NONE = new Refusal(0, "", "");
    }

    public static ApiFault status(String path, int status) {
        return refusal(path, new Refusal(status, "", ""));
    }

    public static ApiFault refusal(String path, Refusal refusal) {
        return new ApiFault("", path, refusal, 0, Duration.ZERO, Duration.ZERO, false, Integer.MAX_VALUE);
    }

    public static ApiFault delay(String path, Duration delay) {
        return new ApiFault("", path, Refusal.NONE, 0, delay, Duration.ZERO, false, Integer.MAX_VALUE);
    }

    public static ApiFault truncated(String path) {
        return new ApiFault("", path, Refusal.NONE, 0, Duration.ZERO, Duration.ZERO, true, Integer.MAX_VALUE);
    }

    public ApiFault times(int newTimes) {
        return new ApiFault(method, path, refusal, retryAfter, delay, clock, truncate, newTimes);
    }

    public ApiFault retryAfter(int seconds) {
        return new ApiFault(method, path, refusal, seconds, delay, clock, truncate, times);
    }

    public ApiFault only(String newMethod) {
        return new ApiFault(newMethod, path, refusal, retryAfter, delay, clock, truncate, times);
    }

    /** Whether it takes the place of the real answer, and nothing is done. */
    public boolean refuses() {
        return refusal.status() > 0;
    }

    boolean hits(String requestMethod, String requestPath) {
        return (method.isEmpty() || method.equalsIgnoreCase(requestMethod)) && requestPath.startsWith(path);
    }
}
