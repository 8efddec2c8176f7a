package io.ngrokd.kernel.data.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import io.ngrokd.kernel.data.channel.Deadline;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.sniff.SniffDecision;
import io.ngrokd.kernel.data.sniff.SniffDecision.NeedMore;
import io.ngrokd.kernel.data.sniff.SniffDecision.Raw;
import io.ngrokd.kernel.data.sniff.Sniffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a client's first bytes until it is clear what they are, or time is up. */
final class SniffHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(SniffHandler.class);

    /** What follows; the bytes are taken over. */
    @FunctionalInterface
    interface Decided {
        void decided(SniffDecision decision, ByteBuf bytes);
    }

    private final ClientStream client;
    private final Sniffer sniffer;
    private final DataPlaneSettings settings;
    private final Decided decided;
    private final Deadline deadline;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private boolean over;

    SniffHandler(ClientStream client, Sniffer sniffer, DataPlaneSettings settings, Decided decided) {
        this.client = client;
        this.sniffer = sniffer;
        this.settings = settings;
        this.decided = decided;
        this.deadline = new Deadline(client.channel().eventLoop());
    }

    void start() {
        client.install(this);
        deadline.set(settings.firstByteLimit(), this::silent);
        client.reads().open(ReadGate.Reason.UNDECIDED);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        if (over) {
            bytes.release();
            return;
        }
        boolean first = !received.isReadable();
        received = first ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, bytes);
        SniffDecision decision = sniffer.inspect(received);
        if (!(decision instanceof NeedMore)) {
            decide(decision);
        } else if (first) {
            deadline.set(settings.sniffLimit(), () -> decide(new Raw()));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Nobody behind is told of reads.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (over || !received.isReadable()) {
                LOG.trace("A client closed its half before it said anything, as those do that only probe a port.");
                client.close();
                return;
            }
            // Nothing will follow, so what is there can't become clearer. Whoever follows must learn of the end as well.
            decide(new Raw());
            context.fireUserEventTriggered(event);
        } else {
            ReferenceCountUtil.release(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        LOG.debug("A client's connection broke before it was clear what it speaks. reason={}", failure.toString());
        client.abort();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        over = true;
        deadline.cancel();
        received.release();
        received = Unpooled.EMPTY_BUFFER;
    }

    private void decide(SniffDecision decision) {
        over = true;
        deadline.cancel();
        client.reads().close(ReadGate.Reason.UNDECIDED);
        ByteBuf bytes = received;
        received = Unpooled.EMPTY_BUFFER;
        decided.decided(decision, bytes);
    }

    private void silent() {
        LOG.debug("A client said nothing and is disconnected. client={} limit={}",
                client.channel().remoteAddress(), settings.firstByteLimit());
        client.close();
    }
}
