package io.ngrokd.cloud.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.ngrokd.cloud.authority.CertificateAuthority;
import io.ngrokd.cloud.authority.ServerIdentities;
import io.ngrokd.cloud.config.SampleBackend;
import io.ngrokd.cloud.endpoint.Endpoint;
import io.ngrokd.cloud.endpoint.Endpoints;
import io.ngrokd.cloud.transport.Transport;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/**
 * One server a kind, on free loopback ports. The ingress announces for which endpoint it comes before it sends a byte,
 * so that the answers can name it.
 */
public final class SampleBackends {

    private static final int TLS_HANDSHAKE = 0x16;

    private final Vertx vertx;
    private final EventLoopGroup group;
    private final Transport transport;
    private final ServerIdentities identities;
    private final Map<Integer, Endpoint> announced = new ConcurrentHashMap<>();
    private InetSocketAddress http;
    private InetSocketAddress https;
    private EchoServer tcpEcho;
    private EchoServer tlsEcho;
    private SslContext echoTls;
    private InetSocketAddress tcp;
    private InetSocketAddress tls;

    public SampleBackends(Vertx vertx, EventLoopGroup group, Transport transport, CertificateAuthority authority,
            Endpoints endpoints) {
        this.vertx = vertx;
        this.group = group;
        this.transport = transport;
        this.identities = new ServerIdentities(authority, endpoints::hostFor);
    }

    public void start() throws IOException {
        SampleHttp content = new SampleHttp(vertx, port -> Optional.ofNullable(announced.get(port)));
        http = listen(content, new HttpServerOptions());
        https = listen(content, new HttpServerOptions().setSsl(true).setKeyCertOptions(KeyCertOptions.wrap(identities)));
        tcpEcho = new EchoServer(group, transport, null);
        tcp = tcpEcho.start();
        echoTls = SslContextBuilder.forServer(identities).sslProvider(SslProvider.JDK).build();
        tlsEcho = new EchoServer(group, transport, echoTls);
        tls = tlsEcho.start();
    }

    /**
     * @param firstByte of the client's stream, -1 when unknown: an https endpoint that is spoken to in plain HTTP
     *     answers that too, as it does at ngrok
     */
    public InetSocketAddress address(SampleBackend backend, int firstByte) {
        return switch (backend) {
            case HTTP -> http;
            case HTTPS -> firstByte == TLS_HANDSHAKE ? https : http;
            case TLS_ECHO -> tls;
            case TCP_ECHO -> tcp;
            case QUICK_HTTP, QUICK_ECHO, QUICK_BYTES, QUICK_TLS_ECHO ->
                throw new IllegalArgumentException(backend.word() + " has no address");
        };
    }

    /** What answers on the ingress's own connection, added behind its TLS; only for a backend that is quick. */
    public ChannelHandler quick(SampleBackend backend) {
        return switch (backend) {
            case QUICK_HTTP -> new QuickHttp();
            case QUICK_ECHO -> new EchoHandler();
            case QUICK_BYTES -> new QuickBytes();
            case QUICK_TLS_ECHO -> new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(echoTls.newHandler(channel.alloc()), new EchoHandler());
                }
            };
            case HTTP, HTTPS, TLS_ECHO, TCP_ECHO -> throw new IllegalArgumentException(backend.word() + " is a server");
        };
    }

    /** The connection from this local port is for this endpoint. */
    public void announce(int port, Endpoint endpoint) {
        announced.put(port, endpoint);
    }

    public void forget(int port, Endpoint endpoint) {
        announced.remove(port, endpoint);
    }

    /** The HTTP servers stop with their Vert.x. */
    public void stop() {
        if (tcpEcho != null) {
            tcpEcho.stop();
        }
        if (tlsEcho != null) {
            tlsEcho.stop();
        }
    }

    private InetSocketAddress listen(SampleHttp content, HttpServerOptions options) throws IOException {
        Future<HttpServer> server = content.listen(options.setHost("127.0.0.1").setPort(0));
        try {
            return new InetSocketAddress("127.0.0.1", server.toCompletionStage().toCompletableFuture().get().actualPort());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a sample backend was opened", e);
        } catch (ExecutionException e) {
            throw new IOException("a sample backend can't be opened", e.getCause());
        }
    }
}
