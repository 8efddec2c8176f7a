package io.ngrokd.plugin.dns.server;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.plugin.dns.server.upstream.Patience;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A server on a loopback address, and what it is told. Addresses in {@code strangers} count as those of other machines. */
final class Lab implements AutoCloseable {

    static final InetAddress LOCAL = InetAddress.ofLiteral("127.0.0.1");
    /** So long that an upstream which answers is in time, however busy the machine is. */
    static final Patience UNHURRIED = new Patience(30_000, 30_000, 30_000, 90_000, 45_000);

    final Vertx vertx;
    final NettyDnsServer server;
    final InetSocketAddress address;
    final Map<String, List<InetAddress>> names = new TreeMap<>();
    final List<InetSocketAddress> upstreams = new ArrayList<>();
    final List<String> zones = new ArrayList<>();
    int ttl = 30;
    int queriesPerSecond;
    int cacheEntries = 1000;

    Lab(InetAddress... strangers) throws IOException {
        this(true, UNHURRIED, strangers);
    }

    Lab(boolean epoll, InetAddress... strangers) throws IOException {
        this(epoll, UNHURRIED, strangers);
    }

    Lab(boolean epoll, Patience patience, InetAddress... strangers) throws IOException {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setPreferNativeTransport(epoll));
        server = new NettyDnsServer((VertxInternal) vertx, new OwnAddresses() {
            @Override
            public boolean test(InetAddress tested) {
                return !Set.of(strangers).contains(tested) && super.test(tested);
            }
        }, patience);
        address = new InetSocketAddress(LOCAL, freePort());
    }

    Lab name(String name, String... addresses) {
        names.put(name, List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
        return this;
    }

    /** Makes it so; fails when the address cannot be listened on. */
    Lab apply() throws StageException {
        DnsReply reply = apply(List.of(address));
        if (!reply.failed().isEmpty()) {
            throw new IllegalStateException(reply.failed().toString());
        }
        return this;
    }

    DnsReply apply(List<InetSocketAddress> listen) throws StageException {
        return server.apply(new DnsRequest(listen, new TreeMap<>(names), new DnsSettings(
                Duration.ofSeconds(ttl), upstreams, zones, List.of(), queriesPerSecond, cacheEntries)));
    }

    Client client() throws IOException {
        return new Client(address);
    }

    @Override
    public void close() throws StageException {
        server.undo();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** A port that is free over UDP and TCP, out of a range that the system gives to no client. */
    static int freePort() throws IOException {
        for (int tried = 0; tried < 1000; tried++) {
            int port = 20_000 + (int) (Math.random() * 12_000);
            try (ServerSocket _ = new ServerSocket(port, 1, LOCAL); DatagramSocket _ = new DatagramSocket(port, LOCAL)) {
                return port;
            } catch (IOException taken) {
                // The next one.
            }
        }
        throw new IOException("no free port");
    }
}
