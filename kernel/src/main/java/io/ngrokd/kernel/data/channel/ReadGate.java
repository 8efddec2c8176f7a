package io.ngrokd.kernel.data.channel;

import io.netty.channel.Channel;

/**
 * Stops and starts the reads of one channel. Several parties may want them stopped at once, each for its own reason;
 * they flow only while nobody does.
 */
public final class ReadGate {

    /** Why nothing is read. */
    public enum Reason {
        /** It is not clear yet where the bytes go. */
        UNDECIDED,
        /** The other end can't take more. */
        PEER_FULL,
        /** Bytes wait here until what came before them is answered. */
        WAITING
    }

    private final Channel channel;
    private int closed;

    /** A gate that is open. */
    public ReadGate(Channel channel) {
        this.channel = channel;
    }

    /** Stops reads until the reason is gone. */
    public void close(Reason reason) {
        closed |= 1 << reason.ordinal();
        channel.config().setAutoRead(false);
    }

    /** Takes a reason away; reads start again when it was the last one. */
    public void open(Reason reason) {
        int before = closed;
        closed &= ~(1 << reason.ordinal());
        if (before != 0 && closed == 0) {
            channel.config().setAutoRead(true);
        }
    }
}
