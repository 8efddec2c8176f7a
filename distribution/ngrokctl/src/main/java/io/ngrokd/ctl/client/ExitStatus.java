package io.ngrokd.ctl.client;

/** How ngrokctl ends; scripts rely on the numbers. */
public enum ExitStatus {
    OK(0),
    ERROR(1),
    USAGE(2),
    NO_DAEMON(3),
    NOT_PERMITTED(4),
    TIMED_OUT(5);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
