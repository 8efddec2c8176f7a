package io.ngrokd.kernel.data.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.channel.StreamEnd;
import java.util.function.IntConsumer;

/** One end of a relay: what is read here is written there. */
final class RelayPipe extends ChannelInboundHandlerAdapter {

    private final Relay relay;
    private final StreamEnd end;
    private final IntConsumer counter;
    private RelayPipe peer;
    private ChannelHandlerContext context;
    private boolean inputEnded;
    private boolean outputFinished;
    private boolean outputLost;
    private boolean gone;

    RelayPipe(Relay relay, StreamEnd end, IntConsumer counter) {
        this.relay = relay;
        this.end = end;
        this.counter = counter;
    }

    void pairWith(RelayPipe other) {
        peer = other;
    }

    StreamEnd end() {
        return end;
    }

    boolean isInputEnded() {
        return inputEnded;
    }

    boolean isOutputFinished() {
        return outputFinished;
    }

    /** Whether its output ended before we wanted it to: a write met a reset. */
    boolean isOutputLost() {
        return outputLost;
    }

    boolean isGone() {
        return gone;
    }

    /** Sends bytes out of this end; takes them over in any case. */
    void write(ByteBuf bytes) {
        if (context == null || context.isRemoved() || gone) {
            bytes.release();
            return;
        }
        context.write(bytes, context.voidPromise());
        if (!context.channel().isWritable()) {
            peer.end.reads().close(ReadGate.Reason.PEER_FULL);
        }
    }

    void flush() {
        if (context != null && !context.isRemoved()) {
            context.flush();
        }
    }

    /** Ends this end's output after everything written so far. */
    void finishOutput() {
        end.finishOutput(this::outputFinished);
    }

    /** Likewise when nothing else is left to be done, so that a close follows. */
    void finishLastOutput() {
        end.finishLastOutput(this::outputFinished);
    }

    private void outputFinished() {
        outputFinished = true;
        relay.outputFinished(this);
    }

    /** Nothing more comes from this end. */
    void endOfInput() {
        if (!inputEnded) {
            inputEnded = true;
            relay.inputEnded(this);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ignored, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (!relay.takesBytesOf(this)) {
            bytes.release();
            return;
        }
        relay.touch();
        counter.accept(bytes.readableBytes());
        peer.write(bytes);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ignored) {
        peer.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        if (here.channel().isWritable()) {
            relay.touch();
            peer.end.reads().open(ReadGate.Reason.PEER_FULL);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ignored, Object event) {
        switch (event) {
            case ChannelInputShutdownEvent shutdown -> endOfInput();
            case SslCloseCompletionEvent close when close.isSuccess() -> endOfInput();
            case ChannelOutputShutdownEvent shutdown -> outputLost = !outputFinished;
            default -> ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ignored, Throwable failure) {
        relay.broken(this, failure);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        gone = true;
        relay.gone(this);
        here.fireChannelInactive();
    }
}
