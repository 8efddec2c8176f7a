package io.ngrokd.kernel.control;

import java.util.function.BooleanSupplier;

/** Who asks. */
public final class Caller {

    private final String name;
    private final boolean owner;
    private final boolean overTcp;
    private final BooleanSupplier trusted;

    private Caller(String name, boolean owner, boolean overTcp, BooleanSupplier trusted) {
        this.name = name;
        this.owner = owner;
        this.overTcp = overTcp;
        this.trusted = trusted;
    }

    /** Root or the daemon's own user. */
    static Caller owner(String name) {
        return new Caller(name, true, false, () -> true);
    }

    /**
     * Another user of this machine.
     *
     * @param trusted asked when it matters; may block for a moment
     */
    static Caller user(String name, BooleanSupplier trusted) {
        return new Caller(name, false, false, trusted);
    }

    /** Somebody who came over TCP, with the token or without. */
    public static Caller overTcp(boolean hasToken) {
        return new Caller("a client over TCP", false, true, () -> hasToken);
    }

    /** For people. */
    public String name() {
        return name;
    }

    /** Whether this is root or the daemon's own user. */
    public boolean isOwner() {
        return owner;
    }

    /** Whether the request came over TCP, where tokens count and users are unknown. */
    public boolean isOverTcp() {
        return overTcp;
    }

    /** Whether this one may change things, and see what is not for everybody. May block for a moment. */
    public boolean isTrusted() {
        return trusted.getAsBoolean();
    }

    /** Why it may not, and what to do about it. */
    public String refusal() {
        return overTcp
                ? "not permitted without the token: send 'Authorization: Bearer TOKEN' with what stands in control.token in the state folder"
                : "not permitted: " + name + " may look and not change; use sudo, or join the group " + Peers.GROUP;
    }
}
