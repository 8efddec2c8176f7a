package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.spi.Availability;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.api.spi.NetifBackend;
import io.ngrokd.api.spi.NetifBackendFactory;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;
import java.util.Optional;

/** What the factories of {@link DeviceBackend}s share: the probe, which makes such an interface and deletes it. */
abstract class DeviceFactory implements NetifBackendFactory {

    private final DeviceKind kind;
    private final Surroundings surroundings;

    DeviceFactory(DeviceKind kind, Surroundings surroundings) {
        this.kind = kind;
        this.surroundings = surroundings;
    }

    @Override
    public final String name() {
        return kind.backend();
    }

    @Override
    public final int rank() {
        return kind.rank();
    }

    @Override
    public final Availability probe(NetifContext context) {
        Optional<String> unsuitable = surroundings.foreign().or(() -> context.subnet().flatMap(Ranges::unusableOnInterface));
        if (unsuitable.isPresent()) {
            return Availability.no(unsuitable.get());
        }
        try (LinuxNetwork network = surroundings.open()) {
            if (context.lookOnly()) {
                ask(network);
            } else {
                tryOut(network, context.journal());
            }
            Subnet subnet = Ranges.onInterface(context.subnet()).subnet();
            String note = Overlaps.find(network, subnet, context.interfaceName(), LoBackend::isMarked).note();
            return Availability.yes("the kernel makes " + kind.word() + " interfaces and lets us" + note);
        } catch (NetlinkException refused) {
            return Availability.no(inWords(refused.errno()).orElse(refused.getMessage()));
        } catch (IOException unusable) {
            return Availability.no(unusable.getMessage());
        }
    }

    @Override
    public final NetifBackend create(NetifContext context) {
        return new DeviceBackend(kind, surroundings, context);
    }

    private void ask(LinuxNetwork network) throws IOException {
        if (!network.knowsKind(kind.word())) {
            throw new NetlinkException("making an interface", Errno.EOPNOTSUPP);
        }
    }

    /** Journaled like a real one, so that a probe that was killed half-way leaves nothing for ever. */
    private void tryOut(LinuxNetwork network, Journal journal) throws IOException {
        String name = "ngrokd-" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        String entry = new JournalEntry.Device(name, kind.word()).text();
        boolean isNew = !journal.entries().contains(entry);
        journal.record(entry);
        try {
            network.createLink(name, kind.word());
        } catch (NetlinkException refused) {
            if (DeviceKeeper.isNothingMade(refused.errno(), isNew)) {
                journal.forget(entry);
            }
            throw refused;
        }
        Optional<Link> made = DeviceKeeper.named(network.links(), name);
        if (made.isPresent()) {
            network.deleteLink(made.get().index());
        }
        journal.forget(entry);
    }

    private Optional<String> inWords(Errno errno) {
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return Optional.of("the kernel has no " + kind.word() + " interfaces (EOPNOTSUPP)");
        }
        if (errno.isPermission()) {
            return Optional.of("no privilege to make interfaces, which takes root or CAP_NET_ADMIN (EPERM)");
        }
        return Optional.empty();
    }
}
