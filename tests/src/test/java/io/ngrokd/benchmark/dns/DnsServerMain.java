package io.ngrokd.benchmark.dns;

import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.PluginContext;
import io.ngrokd.contract.FakeJournal;
import io.ngrokd.plugin.dns.server.NettyDnsServerFactory;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The plugin on a Vert.x like the daemon's: {@code DnsServerMain PORT NAMES}, a line for each name, "10.0.0.1 name". Prints "ready". */
final class DnsServerMain {

    private DnsServerMain() {}

    public static void main(String[] arguments) throws Exception {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true)
                .setEventLoopPoolSize(Math.max(2, Runtime.getRuntime().availableProcessors())));
        SortedMap<String, List<InetAddress>> names = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            String[] parts = line.split(" ");
            names.put(parts[1], List.of(InetAddress.ofLiteral(parts[0])));
        }
        DnsServer server = new NettyDnsServerFactory().create(new Context(vertx, FakeJournal.inMemory()));
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[0]));
        DnsReply reply = server.apply(new DnsRequest(List.of(address), names,
                new DnsSettings(Duration.ofSeconds(30), List.of(), List.of("bench.lab"), List.of(), 1000, 10_000)));
        if (!reply.failed().isEmpty()) {
            throw new IllegalStateException(reply.failed().toString());
        }
        System.out.println("ready" + (vertx.isNativeTransportEnabled() ? "" : " without epoll"));
    }

    private record Context(Vertx vertx, Journal journal) implements PluginContext {}
}
