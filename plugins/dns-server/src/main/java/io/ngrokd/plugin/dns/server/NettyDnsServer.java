package io.ngrokd.plugin.dns.server;

import io.netty.channel.EventLoop;
import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.DnsReply;
import io.ngrokd.api.event.DnsRequest;
import io.ngrokd.api.event.DnsSettings;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.DnsServer;
import io.ngrokd.kit.listener.LowPorts;
import io.ngrokd.kit.listener.PortHolders;
import io.ngrokd.plugin.dns.server.names.NameIndex;
import io.ngrokd.plugin.dns.server.serve.Clients;
import io.ngrokd.plugin.dns.server.serve.Counters;
import io.ngrokd.plugin.dns.server.serve.Rules;
import io.ngrokd.plugin.dns.server.upstream.Network;
import io.ngrokd.plugin.dns.server.upstream.Patience;
import io.ngrokd.plugin.dns.server.upstream.Recursor;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the places where it must listen with those where it does, closes what is too many and opens what is missing.
 *
 * <p>It keeps no journal: sockets end with their process.
 */
final class NettyDnsServer implements DnsServer {

    private static final Logger LOG = LoggerFactory.getLogger(NettyDnsServer.class);
    private static final long OWN_ADDRESSES_MILLIS = 10_000;
    private static final String DNSJAVA = "dnsjava";

    private final VertxInternal vertx;
    private final OwnAddresses own;
    private final Counters counters = new Counters();
    private final Recursor recursor;
    private final PlaceOpener opener;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final Map<InetSocketAddress, Place> places = new LinkedHashMap<>();
    private final Set<InetSocketAddress> ownUpstreamsSaid = new HashSet<>();
    private volatile Rules rules;
    private SortedMap<String, List<InetAddress>> names = Collections.emptySortedMap();
    private long timer = -1;

    NettyDnsServer(VertxInternal vertx, OwnAddresses own) {
        this(vertx, own, Patience.USUAL);
    }

    /** @param patience with upstreams */
    NettyDnsServer(VertxInternal vertx, OwnAddresses own, Patience patience) {
        this.vertx = vertx;
        this.own = own;
        EventLoop loop = vertx.eventLoopGroup().next();
        recursor = new Recursor(
                new Network(loop, vertx.transport()::datagramChannel, vertx.transport().channelFactory(false), patience), counters);
        opener = new PlaceOpener(vertx, () -> rules, counters, recursor);
    }

    @Override
    public DnsReply apply(DnsRequest request) throws StageException {
        oneAtATime.lock();
        try {
            own.refresh();
            DnsSettings settings = request.settings();
            names = request.names();
            rules = Rules.of(NameIndex.of(request.names(), settings.zones()), (int) settings.ttl().toSeconds(),
                    new Clients(own, friends(settings)), settings.queriesPerSecond(), rules);
            recursor.configure(upstreams(request), settings.cacheEntries()).get();
            Set<InetSocketAddress> wanted = Set.copyOf(request.listen());
            close(places.values().stream().filter(place -> !wanted.contains(place.address()) || !place.isOpen()).toList());
            Map<InetSocketAddress, StageFailure> failed = open(request.listen());
            keepTime();
            return new DnsReply(failed);
        } catch (ExecutionException defect) {
            throw new IllegalStateException(defect.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StageException(FailureCode.TIMEOUT, "interrupted while DNS sockets were opened; send the state again",
                    NettyDnsServerFactory.NAME, stopped);
        } finally {
            oneAtATime.unlock();
        }
    }

    private static List<Subnet> friends(DnsSettings settings) throws StageException {
        try {
            return settings.recursionFor().stream().map(Subnet::parse).toList();
        } catch (IllegalArgumentException malformed) {
            throw new StageException(FailureCode.REFUSED, malformed.getMessage() + " (dns.allow)", NettyDnsServerFactory.NAME, malformed);
        }
    }

    /** Those that are not ourselves. */
    private List<InetSocketAddress> upstreams(DnsRequest request) {
        List<InetSocketAddress> others = new ArrayList<>();
        for (InetSocketAddress upstream : request.settings().upstreams()) {
            boolean isUs = request.listen().contains(upstream) || upstream.getAddress().isAnyLocalAddress()
                    && request.listen().stream().anyMatch(ours -> ours.getPort() == upstream.getPort());
            if (!isUs) {
                others.add(upstream);
            } else if (ownUpstreamsSaid.add(upstream)) {
                LOG.warn("An upstream is this server itself and is not asked; have dns.upstreams in the config name another one upstream={}",
                        upstream.toString().replaceFirst("^[^/]*/", ""));
            }
        }
        return others.stream().distinct().toList();
    }

    private Map<InetSocketAddress, StageFailure> open(List<InetSocketAddress> wanted) throws InterruptedException {
        Map<InetSocketAddress, StageFailure> failed = new LinkedHashMap<>();
        for (InetSocketAddress address : Set.copyOf(wanted)) {
            if (places.containsKey(address)) {
                continue;
            }
            try {
                places.put(address, opener.open(address));
                LOG.debug("DNS listening local={}", address);
            } catch (PlaceOpener.Refused refused) {
                failed.put(address, refused.failure());
                LOG.warn("Cannot answer DNS local={} code={} reason=\"{}\"", address, refused.failure().code(), refused.failure().message());
            }
        }
        return failed;
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<DnsRequest> asked) {
        oneAtATime.lock();
        try {
            Set<InetSocketAddress> open = places.values().stream().filter(Place::isOpen).map(Place::address).collect(Collectors.toSet());
            DnsChanges changes = new DnsChanges(PortHolders.ofThisSystem(), LowPorts.ofThisSystem());
            // Without a place to be asked at it answers for nothing.
            return Optional.of(changes.between(open, open.isEmpty() ? Collections.emptySortedMap() : names, asked.request()));
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            close(List.copyOf(places.values()));
            keepTime();
            recursor.stop();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StageException(FailureCode.TIMEOUT, "interrupted while DNS sockets were closed; some may still be open",
                    NettyDnsServerFactory.NAME, stopped);
        } finally {
            oneAtATime.unlock();
        }
    }

    private void close(List<Place> unwanted) throws StageException, InterruptedException {
        for (Place place : unwanted) {
            if (!place.close()) {
                throw new StageException(FailureCode.TIMEOUT, "sockets of " + place.address() + " did not close in time; it is tried again",
                        NettyDnsServerFactory.NAME);
            }
            places.remove(place.address());
            LOG.debug("DNS not listening any more local={}", place.address());
        }
    }

    /** Addresses of this machine come and go while it serves. */
    private void keepTime() {
        if (!places.isEmpty() && timer < 0) {
            timer = vertx.setPeriodic(OWN_ADDRESSES_MILLIS, _ -> Thread.startVirtualThread(own::refresh));
        } else if (places.isEmpty() && timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }

    @Override
    public String description() {
        return DNSJAVA + ", " + counters.describe();
    }
}
