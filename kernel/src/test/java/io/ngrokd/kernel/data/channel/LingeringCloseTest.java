package io.ngrokd.kernel.data.channel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LingeringCloseTest {

    private static final Duration UNSENT_LIMIT = Duration.ofMinutes(5);

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FakeEnd end = new FakeEnd(channel);

    @AfterEach
    void leavesNothingBehind() {
        channel.finishAndReleaseAll();
    }

    private void minutesPass(int minutes) {
        channel.advanceTimeBy(minutes, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
    }

    @Test
    void clientThatTakesNothingIsCutOff() {
        channel.write(Unpooled.wrappedBuffer(new byte[1000]));
        LingeringClose.start(end, false, UNSENT_LIMIT, Duration.ofSeconds(5));
        minutesPass(4);
        assertFalse(end.aborted, "too early");
        minutesPass(2);
        assertTrue(end.aborted, "kept for ever");
    }

    @Test
    void clientThatTakesSomethingHasTimeForTheRest() {
        channel.write(Unpooled.wrappedBuffer(new byte[1000]));
        LingeringClose.start(end, false, UNSENT_LIMIT, Duration.ofSeconds(5));
        minutesPass(4);
        channel.flush();
        channel.write(Unpooled.wrappedBuffer(new byte[500]));
        minutesPass(4);
        assertFalse(end.aborted, "half of it had left");
        minutesPass(6);
        assertTrue(end.aborted, "and then nothing did");
    }

    /** An end whose output takes as long to finish as its channel is not flushed. */
    private static final class FakeEnd implements StreamEnd {

        private final Channel channel;
        private final ReadGate reads;
        private boolean aborted;

        private FakeEnd(Channel channel) {
            this.channel = channel;
            this.reads = new ReadGate(channel);
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public ReadGate reads() {
            return reads;
        }

        @Override
        public void install(ChannelHandler handler) {
            channel.pipeline().addLast(handler);
        }

        @Override
        public void finishOutput(Runnable finished) {
            // Never: what was written before does not leave.
        }

        @Override
        public boolean isOutputClosed() {
            return false;
        }

        @Override
        public boolean isInputEndClean() {
            return true;
        }

        @Override
        public void abort() {
            aborted = true;
        }

        @Override
        public void close() {
            channel.close();
        }
    }
}
