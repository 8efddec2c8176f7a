package io.ngrokd.kernel.data.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Many connections end at once, and one takes another one's end as the moment to dial. The other one is closed before the event
 * loop comes to what epoll reported of it; the new socket gets its number.
 */
@EnabledOnOs(OS.LINUX)
class ReusedDescriptorTest {

    private static final int GAPS = 64;

    private final List<InputStream> gaps = new ArrayList<>();
    private final List<Channel> ending = new ArrayList<>();
    private final CompletableFuture<IngressStream> dialled = new CompletableFuture<>();

    @Test
    void theDialIsNotTakenForTheConnectionThatHadItsDescriptor() throws Exception {
        try (IngressRig rig = new IngressRig(IngressRig.AUTHORITY.issue("localhost"), IngressRig.patient());
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            rig.trust(IngressTrust.of(IngressRig.AUTHORITY.certificate()));
            // Classes are loaded, and the descriptors that takes are closed again.
            rig.succeed();
            EventLoop loop = rig.loop();
            List<Socket> farEnds = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ending.add(connect(rig, loop, server));
                farEnds.add(server.accept());
            }
            CountDownLatch ended = new CountDownLatch(1);
            loop.execute(() -> await(ended));
            for (Socket farEnd : farEnds) {
                farEnd.close();
            }
            ended.countDown();
            IngressStream stream = dialled.get(30, TimeUnit.SECONDS);
            loop.submit(stream::close).get(30, TimeUnit.SECONDS);
            for (Channel channel : ending) {
                channel.close().get(30, TimeUnit.SECONDS);
            }
        } finally {
            for (InputStream gap : gaps) {
                gap.close();
            }
        }
    }

    private Channel connect(IngressRig rig, EventLoop loop, ServerSocket server) throws Exception {
        VertxInternal vertx = rig.vertx();
        return new Bootstrap().group(loop)
                .channelFactory(vertx.transport().channelFactory(false))
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event instanceof ChannelInputShutdownEvent && gaps.isEmpty()) {
                            dialInPlaceOfTheOther(rig, context.channel());
                        }
                    }
                })
                .connect(server.getLocalSocketAddress()).sync().channel();
    }

    private void dialInPlaceOfTheOther(IngressRig rig, Channel first) {
        fillGaps();
        ending.get(ending.getFirst() == first ? 1 : 0).close();
        rig.ingress.dial(first.eventLoop(), new IngressRequest("web.internal", 443)).addListener(done -> {
            if (done.isSuccess()) {
                dialled.complete((IngressStream) done.getNow());
            } else {
                dialled.completeExceptionally(done.cause());
            }
        });
    }

    /** The lowest free number is the next one's. */
    private void fillGaps() {
        try {
            for (int i = 0; i < GAPS; i++) {
                gaps.add(Files.newInputStream(Path.of("/dev/null")));
            }
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
