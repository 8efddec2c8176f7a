package io.ngrokd.plugin.dns.server.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Sends one message from a socket made for it and waits for its answer. Comes to exactly one end: an answer, or null when there was
 * none in time or none can come.
 */
final class Exchange extends ChannelInboundHandlerAdapter {

    private static final int LARGEST = 65_535;

    private final Predicate<byte[]> isAnswer;
    private final Consumer<byte[]> result;
    private ScheduledFuture<?> timeout;
    private Channel channel;
    private boolean over;

    private Exchange(Predicate<byte[]> isAnswer, Consumer<byte[]> result) {
        this.isAnswer = isAnswer;
        this.result = result;
    }

    /** Over UDP. Whatever {@code isAnswer} does not want is ignored. */
    static Exchange overUdp(
            Network network, InetSocketAddress server, byte[] message, long millis, Predicate<byte[]> isAnswer, Consumer<byte[]> result) {
        Exchange exchange = new Exchange(isAnswer, result);
        Bootstrap bootstrap = new Bootstrap()
                .group(network.loop())
                .channelFactory(network.datagrams())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(4096))
                .handler(exchange);
        exchange.run(network, bootstrap, server, millis, Unpooled.wrappedBuffer(message));
        return exchange;
    }

    /** Over TCP: a whole answer of up to 65535 bytes. */
    static Exchange overTcp(
            Network network, InetSocketAddress server, byte[] message, long millis, Predicate<byte[]> isAnswer, Consumer<byte[]> result) {
        Exchange exchange = new Exchange(isAnswer, result);
        Bootstrap bootstrap = new Bootstrap()
                .group(network.loop())
                .channelFactory(network.streams())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) millis)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new LengthFieldBasedFrameDecoder(LARGEST + 2, 0, 2, 0, 2), exchange);
                    }
                });
        ByteBuf framed = Unpooled.wrappedBuffer(
                new byte[] {(byte) (message.length >> 8), (byte) message.length}, message);
        exchange.run(network, bootstrap, server, millis, framed);
        return exchange;
    }

    private void run(Network network, Bootstrap bootstrap, InetSocketAddress server, long millis, ByteBuf message) {
        timeout = network.loop().schedule(() -> end(null), millis, TimeUnit.MILLISECONDS);
        ChannelFuture connecting = bootstrap.connect(server);
        channel = connecting.channel();
        connecting.addListener(connected -> {
            if (!connected.isSuccess() || over) {
                message.release();
                channel.close();
                end(null);
            } else {
                channel.writeAndFlush(message).addListener(written -> {
                    if (!written.isSuccess()) {
                        end(null);
                    }
                });
            }
        });
    }

    /** Nobody waits for it any more; there will be no result. */
    void cancel() {
        over = true;
        timeout.cancel(false);
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            ByteBuf content = message instanceof DatagramPacket packet ? packet.content() : (ByteBuf) message;
            byte[] answer = ByteBufUtil.getBytes(content);
            if (!over && isAnswer.test(answer)) {
                end(answer);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // Nobody listens there, or the network is down: no need to wait for the timeout.
        end(null);
    }

    private void end(byte[] answer) {
        if (!over) {
            cancel();
            result.accept(answer);
        }
    }
}
