package io.ngrokd.api.error;

import java.util.Objects;

/** A whole request failed: nothing of it could be done, or it is unknown how much was. Feeds the status. */
public final class StageException extends Exception {

    private final FailureCode code;
    private final String plugin;

    /**
     * @param code what kind of failure it is
     * @param message a sentence for the user: what happened and what to do; never a secret
     * @param plugin the name of the backend that says it
     */
    public StageException(FailureCode code, String message, String plugin) {
        this(code, message, plugin, null);
    }

    /** The same with its cause, which is logged and not shown. */
    public StageException(FailureCode code, String message, String plugin, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code, "code");
        this.plugin = Objects.requireNonNull(plugin, "plugin");
    }

    public FailureCode code() {
        return code;
    }

    public String plugin() {
        return plugin;
    }

    /** Code and message as a value. */
    public StageFailure failure() {
        return new StageFailure(code, getMessage());
    }
}
