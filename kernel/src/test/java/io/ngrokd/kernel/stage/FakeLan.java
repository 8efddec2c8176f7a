package io.ngrokd.kernel.stage;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.endpoint.Allocation;
import io.ngrokd.api.endpoint.Endpoint;
import io.ngrokd.api.endpoint.EndpointKey;
import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.endpoint.Protocol;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.BusAddress;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.kernel.config.DaemonConfig;
import io.ngrokd.kernel.reconcile.Carrying.Carry;
import io.ngrokd.kernel.reconcile.Desired;
import io.ngrokd.kernel.reconcile.LocalNetwork;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * A machine on a LAN, in memory: sockets exclude each other as Linux has it (0.0.0.0:80 and 10.107.0.2:80 do not go together), the
 * DNS server can be asked where it could listen, and the system's resolver asks it when a strategy that works was applied.
 */
final class FakeLan implements DataPlaneRoutes {

    final Vertx vertx = Vertx.vertx();
    final StageBus bus = new StageBus(vertx, Duration.ofSeconds(60));
    final Pipeline pipeline = new Pipeline(bus, this, () -> Duration.ofSeconds(30));
    final List<String> log = new ArrayList<>();
    /** Sockets of other programs. */
    final Set<String> foreign = new TreeSet<>();
    final Map<String, Map<String, InetSocketAddress>> sockets = new TreeMap<>();
    final Set<InetSocketAddress> dnsRefused = new HashSet<>();
    Set<String> drained = new TreeSet<>();
    Collection<Carry> carried = List.of();
    DnsRequest dns;
    Map<String, List<InetAddress>> hosts = Map.of();
    Optional<InetSocketAddress> resolverAsks = Optional.empty();
    List<InetSocketAddress> upstreams = List.of();
    DaemonConfig.Dns config = new DaemonConfig.Dns(
            Optional.empty(), List.of(), Duration.ofSeconds(30), List.of(), List.of(), List.of(), 1000, 10_000);
    StageBus.Served dnsServer;

    FakeLan() {
        bus.serve(BusAddress.STAGE_NETIF, "fake-netif", (NetifRequest request) -> NetifReply.complete());
        bus.serve(BusAddress.stageForward("virtual"), "virtual", (ForwardRequest request) -> forward("virtual", request));
        bus.serve(BusAddress.stageForward("shared"), "shared", (ForwardRequest request) -> forward("shared", request));
        bus.serve(BusAddress.STAGE_NAMES, "fake-hosts", (NamesRequest request) -> {
            hosts = request.names();
            return NamesReply.complete();
        });
        dnsServer = bus.serve(BusAddress.STAGE_DNS, "fake-dns", this::dns);
    }

    /** One pass; places are {@code HOST:PORT=MODE/ADDRESS}, for tcp {@code .../PORT}. */
    Pipeline.Pass apply(String... places) {
        SortedMap<EndpointKey, Allocation> allocations = new TreeMap<>();
        for (String place : places) {
            String[] parts = place.split("[:=/]");
            EndpointKey key = new EndpointKey(parts[0], Integer.parseInt(parts[1]));
            boolean tcp = parts.length > 4;
            Endpoint endpoint = new Endpoint(key, tcp ? Protocol.TCP : Protocol.HTTP, "http://" + key, List.of("ep_" + parts[0]));
            allocations.put(key, new Allocation(endpoint, parts[2], InetAddress.ofLiteral(parts[3]),
                    tcp ? Integer.parseInt(parts[4]) : key.port()));
        }
        AddressRange range = new AddressRange(Subnet.parse("10.107.0.0/16"), InetAddress.ofLiteral("10.107.0.1"), Set.of());
        LocalNetwork network = new LocalNetwork(List.of(
                new LocalNetwork.Interface("eth0", true, false, List.of(InetAddress.ofLiteral("192.168.1.5")))));
        return pipeline.apply(new Desired(allocations, new TreeMap<>()),
                new Pipeline.Surroundings(Optional.of(range), network, config, () -> upstreams));
    }

    /** Where an endpoint accepts, or nothing. */
    static String bound(Pipeline.Pass pass, String host, int port) {
        return pass.outcomes().get(new EndpointKey(host, port)).bound().map(FakeLan::text).orElse("");
    }

    private ForwardReply forward(String mode, ForwardRequest request) {
        Map<String, InetSocketAddress> mine = sockets.computeIfAbsent(mode, any -> new TreeMap<>());
        Set<String> wanted = new HashSet<>();
        request.listeners().forEach(listener -> wanted.add(listener.id()));
        for (String id : List.copyOf(mine.keySet())) {
            if (!wanted.contains(id)) {
                log.add("close " + text(mine.remove(id)));
            }
        }
        for (Listener listener : request.listeners()) {
            InetSocketAddress now = mine.get(listener.id());
            if (now != null && now.getPort() == listener.port()) {
                continue;
            }
            int tries = now == null ? 20 : 1;
            for (int port = listener.port(); port < listener.port() + tries; port++) {
                InetSocketAddress place = new InetSocketAddress(listener.address(), port);
                if (isFree(place)) {
                    if (now != null) {
                        log.add("close " + text(now));
                    }
                    mine.put(listener.id(), place);
                    log.add("listen " + text(place));
                    break;
                }
            }
        }
        return new ForwardReply(mine, Map.of());
    }

    private boolean isFree(InetSocketAddress place) {
        Set<String> all = new TreeSet<>(foreign);
        sockets.values().forEach(mine -> mine.values().forEach(socket -> all.add(text(socket))));
        return all.stream().noneMatch(other -> {
            String[] parts = other.split(":");
            return Integer.parseInt(parts[1]) == place.getPort() && (parts[0].equals("0.0.0.0") || place.getAddress().isAnyLocalAddress()
                    || parts[0].equals(place.getAddress().getHostAddress()));
        });
    }

    private DnsReply dns(DnsRequest request) {
        dns = request;
        Map<InetSocketAddress, StageFailure> failed = new HashMap<>();
        request.listen().stream().filter(dnsRefused::contains)
                .forEach(place -> failed.put(place, new StageFailure(FailureCode.IN_USE, "dnsmasq (pid 7) has it")));
        return new DnsReply(failed);
    }

    /** Where the DNS server listens now. */
    Set<String> dnsSockets() {
        Set<String> places = new TreeSet<>();
        dns.listen().stream().filter(place -> !dnsRefused.contains(place)).forEach(place -> places.add(text(place)));
        return places;
    }

    /** The names that the DNS server knows, but for probes. */
    Map<String, String> dnsNames() {
        Map<String, String> names = new TreeMap<>();
        dns.names().forEach((name, addresses) -> {
            if (!name.contains("ngrokd-probe-")) {
                names.put(name, addresses.getFirst().getHostAddress());
            }
        });
        return names;
    }

    /** The system's resolver. */
    InetAddress resolve(String name) throws IOException {
        boolean asked = resolverAsks.isPresent() && dns != null && dnsSockets().contains(text(resolverAsks.get()));
        for (int dot = name.indexOf('.'); asked && dot >= 0; dot = name.indexOf('.', dot + 1)) {
            List<InetAddress> found = dns.names().get("*" + name.substring(dot));
            if (found != null) {
                return found.getFirst();
            }
        }
        throw new UnknownHostException(name + ": Name or service not known");
    }

    /** A strategy that works as long as it is said to. */
    DnsStrategy strategy(String name, BooleanSupplier works) {
        return new DnsStrategy() {
            @Override
            public ResolverReply apply(ResolverRequest request) throws StageException {
                log.add(name + " routes " + request.domains() + " to " + text(request.server()));
                if (works.getAsBoolean()) {
                    resolverAsks = Optional.of(request.server());
                }
                return ResolverReply.complete();
            }

            @Override
            public void undo() {
                log.add(name + " undone");
                resolverAsks = Optional.empty();
            }

            @Override
            public List<InetSocketAddress> upstreams() {
                return upstreams;
            }

            @Override
            public String description() {
                return "the way of " + name;
            }
        };
    }

    @Override
    public void publish(Collection<Listener> listeners, Map<EndpointKey, Endpoint> endpoints, Collection<Carry> now) {
        carried = now;
    }

    @Override
    public void drain(Set<EndpointKey> endpoints, Duration limit) {
        endpoints.forEach(key -> drained.add(key.toString()));
    }

    @Override
    public int connections(EndpointKey endpoint) {
        return 0;
    }

    static String text(InetSocketAddress place) {
        return place.getAddress().getHostAddress() + ":" + place.getPort();
    }

    static InetSocketAddress place(String text) {
        return new InetSocketAddress(InetAddress.ofLiteral(text.split(":")[0]), Integer.parseInt(text.split(":")[1]));
    }
}
