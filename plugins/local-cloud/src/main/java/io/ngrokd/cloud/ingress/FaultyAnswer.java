package io.ngrokd.cloud.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the ConnRequest with something prepared, and closes. */
final class FaultyAnswer extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(FaultyAnswer.class);
    /** A length, and behind it no protobuf message: a field of 100 bytes in a message of 5. */
    private static final byte[] NONSENSE = {5, 0, 10, 100, 1, 2, 3};

    private final ByteBuf received = Unpooled.buffer();
    private final ByteBuf answer;
    private boolean answered;

    private FaultyAnswer(ByteBuf answer) {
        this.answer = answer;
    }

    static FaultyAnswer garbage() {
        return new FaultyAnswer(Unpooled.wrappedBuffer(NONSENSE));
    }

    static FaultyAnswer refusal() {
        return new FaultyAnswer(BindingCodec.write(
                ConnResponse.refused(UpgradeDecider.ON_PURPOSE, "The local cloud refuses this on purpose.")));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!answered) {
                received.writeBytes((ByteBuf) message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
        if (!answered && BindingCodec.isComplete(received)) {
            answered = true;
            context.writeAndFlush(answer.retain()).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        received.release();
        answer.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("A connection broke off before its faulty answer. client={} reason={}", context.channel().remoteAddress(),
                cause.toString());
        context.close();
    }
}
