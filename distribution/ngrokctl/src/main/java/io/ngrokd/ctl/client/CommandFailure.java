package io.ngrokd.ctl.client;

import java.util.List;

/** A command that could not do its job: what happened, for the user, and what the user can do about it. */
public class CommandFailure extends Exception {

    private static final long serialVersionUID = 1;

    private final ExitStatus status;
    private final transient List<String> mends;

    public CommandFailure(ExitStatus status, String message, String... mends) {
        super(message);
        this.status = status;
        this.mends = List.of(mends);
    }

    public ExitStatus status() {
        return status;
    }

    /** What to do about it, a line each; may be empty. */
    public List<String> mends() {
        return mends;
    }
}
