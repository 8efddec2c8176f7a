package io.ngrokd.kernel.data.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection so that the last answer can be read: our half is closed after it, and what the client still sends is
 * read and dropped for a while. Closing over unread bytes would reset the connection and take the answer with it.
 */
public final class LingeringClose extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(LingeringClose.class);

    private final StreamEnd end;
    private final Deadline deadline;
    private boolean inputEnded;
    private boolean outputFinished;

    private LingeringClose(StreamEnd end, boolean inputEnded) {
        this.end = end;
        this.deadline = new Deadline(end.channel().eventLoop());
        this.inputEnded = inputEnded;
    }

    /**
     * Takes the connection over and closes it.
     *
     * @param inputEnded whether its input has ended already
     * @param unsentLimit how long to wait at most while nothing of what is written leaves; zero is for ever
     * @param limit how long to wait at most once everything written has left
     */
    public static void start(StreamEnd end, boolean inputEnded, Duration unsentLimit, Duration limit) {
        LingeringClose closing = new LingeringClose(end, inputEnded);
        end.install(closing);
        for (ReadGate.Reason reason : ReadGate.Reason.values()) {
            end.reads().open(reason);
        }
        closing.watchUnsent(unsentLimit);
        if (inputEnded) {
            end.finishLastOutput(() -> closing.outputFinished(limit));
        } else {
            end.finishOutput(() -> closing.outputFinished(limit));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Nobody behind is told of reads.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            closeWhenDone();
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debug("A connection broke while it was being closed. reason={}", failure.toString());
        end.abort();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.cancel();
    }

    /** A client that does not read would keep its connection, and what is written to it, for as long as it likes. */
    private void watchUnsent(Duration limit) {
        long before = unsent();
        deadline.set(limit, () -> {
            if (unsent() < before) {
                watchUnsent(limit);
            } else {
                LOG.debug("A client does not take the rest of its answer and is cut off. limit={} channel={}",
                        limit, end.channel());
                end.abort();
            }
        });
    }

    private long unsent() {
        ChannelOutboundBuffer written = end.channel().unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes();
    }

    private void outputFinished(Duration limit) {
        deadline.cancel();
        outputFinished = true;
        closeWhenDone();
        if (end.channel().isActive()) {
            deadline.set(limit, end::close);
        }
    }

    private void closeWhenDone() {
        if (inputEnded && outputFinished) {
            end.close();
        }
    }
}
