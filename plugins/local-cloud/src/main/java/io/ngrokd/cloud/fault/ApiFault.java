package io.ngrokd.cloud.fault;

import java.time.Duration;

/**
 * Something that goes wrong with answers of the API.
 *
 * @param method only requests with this method; empty for any
 * @param path only requests whose path begins so
 * @param status answered instead of the real answer; 0 leaves that alone
 * @param retryAfter seconds for the Retry-After header; 0 for none
 * @param delay before the answer
 * @param truncate the answer's second half is missing and the connection is cut
 * @param times how many requests it hits before it is over
 */
public record ApiFault(String method, String path, int status, int retryAfter, Duration delay, boolean truncate,
        int times) {

    public static ApiFault status(String path, int status) {
        return new ApiFault("", path, status, 0, Duration.ZERO, false, Integer.MAX_VALUE);
    }

    public static ApiFault delay(String path, Duration delay) {
        return new ApiFault("", path, 0, 0, delay, false, Integer.MAX_VALUE);
    }

    public static ApiFault truncated(String path) {
        return new ApiFault("", path, 0, 0, Duration.ZERO, true, Integer.MAX_VALUE);
    }

    public ApiFault times(int newTimes) {
        return new ApiFault(method, path, status, retryAfter, delay, truncate, newTimes);
    }

    public ApiFault retryAfter(int seconds) {
        return new ApiFault(method, path, status, seconds, delay, truncate, times);
    }

    public ApiFault only(String newMethod) {
        return new ApiFault(newMethod, path, status, retryAfter, delay, truncate, times);
    }

    boolean hits(String requestMethod, String requestPath) {
        return (method.isEmpty() || method.equalsIgnoreCase(requestMethod)) && requestPath.startsWith(path);
    }
}
