package io.ngrokd.cloud.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.ngrokd.cloud.config.EndpointConfig;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.transport.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class BackendDialerTest {

    private static final int GAPS = 64;

    private final List<InputStream> gaps = new ArrayList<>();
    private final List<Channel> ending = new ArrayList<>();
    private final CompletableFuture<Channel> dialled = new CompletableFuture<>();
    private final CompletableFuture<String> heard = new CompletableFuture<>();
    private EventLoopGroup group;

    @AfterEach
    void close() throws Exception {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        for (InputStream gap : gaps) {
            gap.close();
        }
    }

    /** Two connections end at once; the end of the first is the moment to close the second and to dial. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @EnabledOnOs(OS.LINUX)
    void theBackendIsHeardAlthoughItsSocketHasTheNumberOfOneThatJustEnded(boolean epoll) throws Exception {
        Transport transport = Transport.of(epoll);
        group = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
        EventLoop loop = group.next();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Endpoint endpoint = endpoint(server);
            BackendDialer dialer = new BackendDialer(null, transport);
            // Classes are loaded, and the descriptors that takes are closed again.
            CompletableFuture<Channel> first = new CompletableFuture<>();
            dialer.dial(loop, endpoint, -1, done -> first.complete(done.channel()));
            first.get().close().sync();
            server.accept().close();
            List<Socket> farEnds = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ending.add(connect(transport, loop, server, () -> dialer.dial(loop, endpoint, -1, this::dialled)));
                farEnds.add(server.accept());
            }
            CountDownLatch ended = new CountDownLatch(1);
            loop.execute(() -> await(ended));
            for (Socket farEnd : farEnds) {
                farEnd.close();
            }
            ended.countDown();
            try (Socket backend = server.accept()) {
                assertTrue(dialled.get().isActive());
                backend.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
                assertEquals("hello", heard.get(60, TimeUnit.SECONDS));
            }
        }
    }

    private static Endpoint endpoint(ServerSocket server) {
        EndpointConfig config = EndpointConfig.of("tcp://deaf.demo:7000").forwardTo("127.0.0.1", server.getLocalPort());
        return new Endpoint("ep_1", config, false, Instant.EPOCH, Instant.EPOCH);
    }

    private Channel connect(Transport transport, EventLoop loop, ServerSocket server, Runnable dial) throws Exception {
        return new Bootstrap().group(loop).channel(transport.clients())
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext context, Object event) {
                        if (event instanceof ChannelInputShutdownEvent && gaps.isEmpty()) {
                            fillGaps();
                            ending.get(ending.getFirst() == context.channel() ? 1 : 0).close();
                            dial.run();
                        }
                    }
                })
                .connect(server.getLocalSocketAddress()).sync().channel();
    }

    private void dialled(ChannelFuture done) {
        done.channel().pipeline().addLast(new SimpleChannelInboundHandler<ByteBuf>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
                heard.complete(bytes.toString(StandardCharsets.US_ASCII));
            }
        });
        done.channel().config().setAutoRead(true);
        dialled.complete(done.channel());
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
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
