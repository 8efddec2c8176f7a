package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses on {@code lo}, each a /32: a shorter prefix there would make the whole subnet ours. Their label tells them
 * from everybody else's, journal or not.
 */
final class LoBackend implements NetifBackend {

    static final String NAME = "linux-lo";

    private static final Logger LOG = LoggerFactory.getLogger(LoBackend.class);

    private static final String LABEL = "lo:ngrokd";
    private static final String ENTRY = "addresses lo label=" + LABEL;

    private final Surroundings surroundings;
    private final NetifContext context;
    private final AddressRange range;

    LoBackend(Surroundings surroundings, NetifContext context) {
        this.surroundings = surroundings;
        this.context = context;
        this.range = Ranges.onInterface(context.subnet());
    }

    static boolean isMarked(LinkAddress address) {
        return address.routed() || address.label().equals(LABEL);
    }

    @Override
    public AddressRange range() {
        return range;
    }

    @Override
    public NetifReply apply(NetifRequest request) throws StageException {
        Wishes wishes = Wishes.of(request, range);
        try (LinuxNetwork network = surroundings.open()) {
            Link lo = Loopback.find(network).orElseThrow(() -> new StageException(FailureCode.UNSUPPORTED, Loopback.DOWN, NAME));
            if (!context.journal().entries().contains(ENTRY)) {
                Overlaps.find(network, range.subnet(), Loopback.NAME, address -> false).warn();
            }
            record();
            AddressSync.Outcome outcome =
                    new AddressSync(network, lo.index(), LoBackend::isMarked).apply(wanted(lo.index(), wishes));
            if (outcome.changed()) {
                LOG.info("Our addresses on lo are as wanted. added={} removed={} failed={}",
                        outcome.added().size(), outcome.removed(), outcome.failed().size());
            }
            Map<InetAddress, StageFailure> failed = new HashMap<>(wishes.refused());
            failed.putAll(outcome.failed());
            return new NetifReply(failed);
        } catch (IOException refused) {
            throw Problem.network(refused, NAME);
        }
    }

    @Override
    public void undo() throws StageException {
        try (LinuxNetwork network = surroundings.open()) {
            Optional<Link> lo = DeviceKeeper.named(network.links(), Loopback.NAME);
            if (lo.isPresent()) {
                int removed = new AddressSync(network, lo.get().index(), LoBackend::isMarked).clear();
                if (removed > 0) {
                    LOG.info("Removed our addresses from lo. removed={}", removed);
                }
            }
        } catch (IOException refused) {
            throw Problem.network(refused, NAME);
        }
        forget();
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<NetifRequest> asked) throws StageException {
        try (LinuxNetwork network = surroundings.open()) {
            Optional<Link> lo = DeviceKeeper.named(network.links(), Loopback.NAME);
            if (asked.request().isPresent() && lo.filter(Link::up).isEmpty()) {
                throw new StageException(FailureCode.UNSUPPORTED, Loopback.DOWN, NAME);
            }
            int link = lo.map(Link::index).orElse(0);
            Map<Integer, String> names = Map.of(link, Loopback.NAME);
            AddressSync sync = new AddressSync(network, link, LoBackend::isMarked);
            List<LinkAddress> existing = network.addresses();
            if (asked.request().isEmpty()) {
                return Optional.of(Addresses.sorted(sync.ours(existing)).stream()
                        .map(address -> Change.remove(Change.ADDRESS, Addresses.text(address, names))).toList());
            }
            Wishes wishes = Wishes.of(asked.request().get(), range);
            List<LinkAddress> left = asked.fromScratch() ? Addresses.foreign(network, existing) : existing;
            return Optional.of(Addresses.changes(sync.difference(wanted(link, wishes), left), names, wishes));
        } catch (IOException unusable) {
            throw Problem.network(unusable, NAME);
        }
    }

    @Override
    public String description() {
        return "addresses on lo, marked " + LABEL;
    }

    private List<LinkAddress> wanted(int link, Wishes wishes) {
        List<LinkAddress> wanted = new ArrayList<>(wishes.addresses().size() + 1);
        wanted.add(address(link, (Inet4Address) range.gateway()));
        wishes.addresses().forEach(address -> wanted.add(address(link, address)));
        return wanted;
    }

    /** Of host scope: an address of lo must not become the source of packets to the outside. */
    private static LinkAddress address(int link, Inet4Address address) {
        return new LinkAddress(link, address, 32, LinkAddress.SCOPE_HOST, LABEL);
    }

    private void record() throws StageException {
        try {
            context.journal().record(ENTRY);
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, NAME);
        }
    }

    private void forget() throws StageException {
        try {
            context.journal().forget(ENTRY);
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, NAME);
        }
    }
}
