package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NetifReply;
import io.ngrokd.api.event.NetifRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
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
 * Addresses on an interface of our own: the gateway with the subnet's prefix, so that the whole subnet is known to be
 * here, and each endpoint's as a /32. {@link DeviceKeeper} says whose the interface is, {@link AddressSync} what becomes
 * of thousands.
 */
final class DeviceBackend implements NetifBackend {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceBackend.class);

    /** Somebody may remove the interface under our hands, or make one of its name; not for ever. */
    private static final int ATTEMPTS = 3;

    private final DeviceKind kind;
    private final Surroundings surroundings;
    private final NetifContext context;
    private final AddressRange range;

    DeviceBackend(DeviceKind kind, Surroundings surroundings, NetifContext context) {
        this.kind = kind;
        this.surroundings = surroundings;
        this.context = context;
        this.range = Ranges.onInterface(context.subnet());
    }

    @Override
    public AddressRange range() {
        return range;
    }

    @Override
    public NetifReply apply(NetifRequest request) throws StageException {
        InterfaceName.require(context.interfaceName(), kind);
        Wishes wishes = Wishes.of(request, range);
        try (LinuxNetwork network = surroundings.open()) {
            // The user renamed the interface since the last start.
            new DeviceUndo(network, context.journal(), kind.backend())
                    .entries(device -> !device.equals(context.interfaceName()));
            AddressSync.Outcome outcome = untilItStays(network, wishes);
            report(outcome, request);
            Map<InetAddress, StageFailure> failed = new HashMap<>(wishes.refused());
            failed.putAll(outcome.failed());
            return new NetifReply(failed);
        } catch (IOException refused) {
            throw Problem.network(refused, kind.backend());
        }
    }

    @Override
    public void undo() throws StageException {
        try (LinuxNetwork network = surroundings.open()) {
            DeviceUndo undo = new DeviceUndo(network, context.journal(), kind.backend());
            undo.entries(device -> true);
            undo.marked(context.interfaceName());
        } catch (IOException refused) {
            throw Problem.network(refused, kind.backend());
        }
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<NetifRequest> asked) throws StageException {
        try (LinuxNetwork network = surroundings.open()) {
            DevicePlan plan = new DevicePlan(network, context, kind);
            return Optional.of(asked.request().isEmpty() ? plan.going()
                    : plan.coming(range, Wishes.of(asked.request().get(), range), asked.fromScratch()));
        } catch (IOException unusable) {
            throw Problem.network(unusable, kind.backend());
        }
    }

    @Override
    public String description() {
        return kind.word() + " interface " + context.interfaceName();
    }

    private AddressSync.Outcome untilItStays(LinuxNetwork network, Wishes wishes) throws IOException, StageException {
        DeviceKeeper keeper = new DeviceKeeper(network, context.journal(), kind);
        for (int attempt = 1; ; attempt++) {
            try {
                DeviceKeeper.Held held = keeper.hold(context.interfaceName(), range.subnet());
                return new AddressSync(network, held.link(), address -> held.ours() || range.subnet().contains(address.address()))
                        .apply(wanted(held.link(), wishes));
            } catch (NetlinkException refused) {
                boolean changedMeanwhile = refused.errno().equals(Errno.ENODEV) || refused.errno().equals(Errno.EEXIST);
                if (!changedMeanwhile || attempt == ATTEMPTS) {
                    throw refused;
                }
                LOG.info("The interface changed while it was set up; trying again. interface={} cause=\"{}\"",
                        context.interfaceName(), refused.getMessage());
            }
        }
    }

    private List<LinkAddress> wanted(int link, Wishes wishes) {
        return wanted(link, context.interfaceName(), range, wishes);
    }

    /** The addresses that the interface is to have, the gateway's first. */
    static List<LinkAddress> wanted(int link, String name, AddressRange range, Wishes wishes) {
        List<LinkAddress> wanted = new ArrayList<>(wishes.addresses().size() + 1);
        wanted.add(address(link, name, (Inet4Address) range.gateway(), range.subnet().prefixLength()));
        wishes.addresses().forEach(address -> wanted.add(address(link, name, address, 32)));
        return wanted;
    }

    private static LinkAddress address(int link, String name, Inet4Address address, int prefixLength) {
        return new LinkAddress(link, address, prefixLength, LinkAddress.SCOPE_GLOBAL, name);
    }

    private void report(AddressSync.Outcome outcome, NetifRequest request) {
        if (!outcome.changed()) {
            return;
        }
        long restored = outcome.added().stream()
                .filter(address -> request.addresses().contains(address) && !request.added().contains(address))
                .count();
        LOG.info("The addresses of the interface are as wanted. interface={} added={} restored={} removed={} failed={}",
                context.interfaceName(), outcome.added().size(), restored, outcome.removed(), outcome.failed().size());
    }
}
