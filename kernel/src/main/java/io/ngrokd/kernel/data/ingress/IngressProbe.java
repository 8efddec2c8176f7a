package io.ngrokd.kernel.data.ingress;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.ngrokd.kernel.data.channel.ReadGate;
import io.ngrokd.kernel.data.ingress.IngressException.Cause;
import io.ngrokd.kernel.proxy.ProxyRules;
import io.ngrokd.kernel.proxy.ProxyServer;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * One connection to the ingress, made step by step for somebody who wants to know which step fails. Nothing of it is shared with
 * those that carry clients: no pool, no session that was agreed earlier, so that everybody is verified anew.
 *
 * <p>Its methods block, each for the time of the settings and little more; not for event loops. Used by one thread at a time.
 */
public final class IngressProbe implements AutoCloseable {

    /** For what settings do not cover: an event loop that has much to do. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final Ingress ingress;
    private final EventLoop loop;
    private final IngressSettings settings;
    private IngressDial dial;
    private ReadyConnection ready;
    private IngressStream stream;

    /**
     * Who answered.
     *
     * @param address that was connected to, of the ingress or of the proxy
     * @param proxy what is in between
     * @param protocol {@code TLSv1.3}
     * @param certificate the server's own
     */
    public record Server(String address, Optional<String> proxy, String protocol, X509Certificate certificate) {}

    /**
     * @param credentials the probe's from here on, which releases them in the end
     * @param settings whose pool does not count
     */
    public IngressProbe(Vertx vertx, IngressTarget target, IngressCredentials credentials, ProxyRules proxies, IngressSettings settings) {
        this.settings = settings.withPool(0, settings.poolMaxAge());
        this.ingress = Ingress.on(vertx, this.settings);
        this.loop = ((VertxInternal) vertx).nettyEventLoopGroup().next();
        ingress.use(target);
        ingress.use(credentials);
        ingress.use(proxies);
    }

    /**
     * Connects and shakes hands.
     *
     * @throws IngressException why not; {@link #isConnected} tells how far it came
     */
    public Server connect() throws IngressException, InterruptedException {
        dial = ingress.newDial(ingress.way(), loop);
        ready = await(ingress.start(dial), settings.connectTimeout().plus(settings.exchangeTimeout()));
        try {
            SSLSession session = ready.session();
            Certificate[] chain = session.getPeerCertificates();
            return new Server(text(ready.remote()), ingress.way().proxy().map(ProxyServer::toString), session.getProtocol(),
                    (X509Certificate) chain[0]);
        } catch (SSLException nobody) {
            throw IngressException.of(Cause.PROTOCOL, "the ingress showed no certificate: " + nobody.getMessage(), nobody);
        }
    }

    /** Whether a connection was made, over which TLS could begin. */
    public boolean isConnected() {
        return dial != null && dial.isConnected();
    }

    /** Waits whether the ingress hangs up, as one does that refuses a certificate; with TLS 1.3 that comes after the handshake. */
    public Optional<IngressException> hungUp(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (ready.failure() == null && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return Optional.ofNullable(ready.failure());
    }

    /** Asks for an endpoint, once, on the connection that was made. */
    public void ask(IngressRequest request) throws IngressException, InterruptedException {
        CompletableFuture<IngressStream> asked = new CompletableFuture<>();
        loop.execute(() -> {
            if (ready.failure() != null) {
                asked.completeExceptionally(ready.failure());
                return;
            }
            ready.ask(request, settings.exchangeTimeout()).addListener((FutureListener<IngressStream>) answer -> {
                if (answer.isSuccess()) {
                    asked.complete(answer.getNow());
                } else {
                    asked.completeExceptionally(answer.cause());
                }
            });
        });
        stream = await(asked, settings.exchangeTimeout());
    }

    /**
     * Sends bytes to the endpoint that was asked for, and reads the first line of what comes back.
     *
     * @return the line, printable ASCII, at most 200 characters; empty when the stream ended before there was any
     * @throws IngressException when nothing comes in time
     */
    public String firstLine(byte[] request) throws IngressException, InterruptedException {
        CompletableFuture<String> line = new CompletableFuture<>();
        loop.execute(() -> {
            stream.install(new FirstLine(line));
            stream.reads().open(ReadGate.Reason.UNDECIDED);
            stream.channel().writeAndFlush(Unpooled.wrappedBuffer(request));
        });
        return await(line, settings.exchangeTimeout());
    }

    private <T> T await(Future<T> future, Duration limit) throws IngressException, InterruptedException {
        if (!future.await(limit.plus(SLACK).toMillis())) {
            throw late(limit);
        }
        if (future.cause() != null) {
            throw explained(future.cause());
        }
        return future.getNow();
    }

    private <T> T await(CompletableFuture<T> future, Duration limit) throws IngressException, InterruptedException {
        try {
            return future.get(limit.plus(SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            throw late(limit);
        } catch (ExecutionException failed) {
            throw explained(failed.getCause());
        }
    }

    private IngressException late(Duration limit) {
        return IngressException.of(Cause.TIMEOUT, "nothing came within " + IngressDial.seconds(limit), null);
    }

    private static IngressException explained(Throwable cause) {
        return cause instanceof IngressException known ? known
                : IngressException.of(Cause.PROTOCOL, "the connection failed: " + cause.getMessage(), cause);
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort() : String.valueOf(address);
    }

    /** Ends the connection, whatever it has come to. */
    @Override
    public void close() {
        try {
            loop.execute(this::end);
        } catch (RejectedExecutionException ended) {
            // With the event loop its connections ended.
            ingress.close();
        }
    }

    private void end() {
        if (stream != null) {
            stream.abort();
        } else if (ready != null) {
            ready.close();
        } else if (dial != null) {
            dial.cancel();
        }
        ingress.close();
    }
}
