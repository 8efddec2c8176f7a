package io.ngrokd.plugin.dns.server.serve;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The questions of one UDP socket. */
public final class UdpHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(UdpHandler.class);

    private final Responder responder;
    private final Upstream upstream;
    private final InetSocketAddress local;

    /** @param local where the socket is bound, which is how its clients reach us */
    public UdpHandler(Responder responder, Upstream upstream, InetSocketAddress local) {
        this.responder = responder;
        this.upstream = upstream;
        this.local = local;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        DatagramPacket packet = (DatagramPacket) message;
        try {
            InetSocketAddress client = packet.sender();
            int length = packet.content().readableBytes();
            // Answering port 0 is impossible, and answering ourselves is never asked for but by a forger.
            if (length <= Responder.LONGEST_QUERY && client.getPort() != 0 && !client.equals(local)) {
                packet.content().getBytes(packet.content().readerIndex(), responder.input(), 0, length);
                respond(context, client, length);
            }
        } finally {
            packet.release();
        }
    }

    private void respond(ChannelHandlerContext context, InetSocketAddress client, int length) {
        InetAddress address = client.getAddress();
        int result = responder.respond(length, address, local.getAddress(), false);
        if (result > 0) {
            // Nobody waits for a client that cannot be sent to: its question is lost, as on the way.
            if (context.channel().isWritable()) {
                ByteBuf answer = context.alloc().directBuffer(result, result).writeBytes(responder.output(), 0, result);
                context.write(new DatagramPacket(answer, client), context.voidPromise());
            }
        } else if (result == Responder.FORWARD) {
            upstream.ask(responder.query().toQuestion(false), address, responder.isAboveOurs(), answer -> send(context, client, answer));
        }
    }

    private static void send(ChannelHandlerContext context, InetSocketAddress client, byte[] answer) {
        if (answer != null && context.channel().isWritable()) {
            ByteBuf bytes = context.alloc().directBuffer(answer.length, answer.length).writeBytes(answer);
            context.writeAndFlush(new DatagramPacket(bytes, client), context.voidPromise());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that is gone, or unreachable: the socket serves the others.
        LOG.debug("Answer not sent local={} cause={}", local, String.valueOf(cause));
    }
}
