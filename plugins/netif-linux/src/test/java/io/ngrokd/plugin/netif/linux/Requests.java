package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.spi.NetifBackend;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Requests, briefly. */
final class Requests {

    private Requests() {}

    static NetifRequest of(NetifBackend backend, String... addresses) {
        Set<InetAddress> all = Stream.of(addresses).map(InetAddress::ofLiteral).collect(Collectors.toSet());
        return new NetifRequest(backend.range(), all, all, Set.of());
    }
}
