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
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The plugin on a Vert.x like the daemon's: {@code DnsServerMain PORT NAMES [ADDRESS...]}. The file has a line for each name, "10.0.0.1
 * name"; without addresses it listens on 127.0.0.1. Prints "ready" when it does.
 */
public final class DnsServerMain {

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
        Stream<String> places = arguments.length > 2 ? Arrays.stream(arguments).skip(2) : Stream.of("127.0.0.1");
        List<InetSocketAddress> listen = places
                .map(place -> new InetSocketAddress(InetAddress.ofLiteral(place), Integer.parseInt(arguments[0]))).toList();
        DnsReply reply = server.apply(new DnsRequest(listen, names,
                new DnsSettings(Duration.ofSeconds(30), List.of(), List.of("bench.lab"), List.of(), 1000, 10_000)));
        if (!reply.failed().isEmpty()) {
            throw new IllegalStateException(reply.failed().toString());
        }
        System.out.println("ready" + (vertx.isNativeTransportEnabled() ? "" : " without epoll"));
    }

    private record Context(Vertx vertx, Journal journal) implements PluginContext {}
}
