package io.ngrokd.api.error;

/** Kinds of failure that the kernel and a user act on differently. */
public enum FailureCode {
    /** The daemon lacks a privilege: trying again without more of it is useless. */
    PERMISSION_DENIED,
    /** Somebody else has the address, port or name. */
    IN_USE,
    /** The range has no address left, or the ports tried are all taken. */
    EXHAUSTED,
    /** The thing asked for is malformed, forbidden or dangerous. */
    REFUSED,
    /** Reading or writing failed: disk full, read-only, immutable. */
    INPUT_OUTPUT,
    /** This operating system, kernel or container cannot do it. */
    UNSUPPORTED,
    /** No plugin serves this role: missing, disabled or unloaded. */
    NO_PLUGIN,
    /** No answer in time: the state is unknown and will be sent again. */
    TIMEOUT,
    /** A defect of the plugin: an exception that it should not have let out. */
    INTERNAL
}
