package io.ngrokd.cloud.demo;

/** A step of the demo that failed, or was cut short by the user. */
final class DemoException extends Exception {

    private final boolean stopped;

    private DemoException(String message, boolean stopped, Throwable cause) {
        super(message, cause);
        this.stopped = stopped;
    }

    static DemoException failed(String message) {
        return new DemoException(message, false, null);
    }

    static DemoException failed(String message, Throwable cause) {
        return new DemoException(message, false, cause);
    }

    static DemoException stopped() {
        return new DemoException("stopped", true, null);
    }

    /** Whether the user ended it, which is no failure. */
    boolean isStopped() {
        return stopped;
    }
}
