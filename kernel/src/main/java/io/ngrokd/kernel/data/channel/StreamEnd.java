package io.ngrokd.kernel.data.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** One of the two ends of a forwarded connection. Used on its channel's event loop only. */
public interface StreamEnd {

    /** The channel below. */
    Channel channel();

    /** Starts and stops reads. */
    ReadGate reads();

    /**
     * Puts a handler in charge of what is read from now on, in place of the one that was. Bytes and events that came
     * while nobody was in charge are handed to it before any others, at once or as soon as the caller is done.
     */
    void install(ChannelHandler handler);

    /**
     * Tells the far side that nothing more will be sent, after everything that was written before has left. Reading
     * goes on.
     *
     * @param finished called once that is done, or can't be done any more
     */
    void finishOutput(Runnable finished);

    /**
     * Likewise at the very end, when nothing is to be read any more and {@link #close} follows: whatever that says by itself
     * need not be said here.
     */
    default void finishLastOutput(Runnable finished) {
        finishOutput(finished);
    }

    /** Whether nothing can be sent any more although the connection may still deliver. */
    boolean isOutputClosed();

    /** Whether the input ended in the way that the protocol below demands, rather than by being cut. */
    boolean isInputEndClean();

    /** Closes at once, so that the far side sees a reset and nothing that could pass for an orderly end. */
    void abort();

    /** Closes in order. What was written and not flushed yet is lost. */
    void close();
}
