package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back what the journal of a device backend says, in this process or a later one. */
final class DeviceUndo {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceUndo.class);

    private final LinuxNetwork network;
    private final Journal journal;
    private final String plugin;

    DeviceUndo(LinuxNetwork network, Journal journal, String plugin) {
        this.network = network;
        this.journal = journal;
        this.plugin = plugin;
    }

    /** Undoes the entries of interfaces that are chosen, newest first, and forgets each when it is done. */
    void entries(Predicate<String> chosen) throws IOException, StageException {
        for (String line : journal.entries().reversed()) {
            Optional<JournalEntry> entry = JournalEntry.parse(line);
            if (entry.isEmpty()) {
                LOG.warn("The journal has a line that this backend cannot read; it stays. line=\"{}\"", line);
            } else if (chosen.test(entry.get().device())) {
                take(entry.get());
                forget(line);
            }
        }
    }

    /** Deletes the interface of that name if it bears our mark, journal or not: the state folder may have been lost. */
    void marked(String name) throws IOException {
        Optional<Link> link = DeviceKeeper.named(network.links(), name).filter(DeviceKeeper::isMarked);
        if (link.isPresent()) {
            delete(link.get());
        }
    }

    private void take(JournalEntry entry) throws IOException {
        Optional<Link> link = DeviceKeeper.named(network.links(), entry.device());
        if (link.isEmpty()) {
            return;
        }
        switch (entry) {
            case JournalEntry.Device device -> delete(link.get());
            case JournalEntry.Addresses addresses -> {
                int removed = new AddressSync(
                                network, link.get().index(), address -> addresses.subnet().contains(address.address()))
                        .clear();
                LOG.info("Removed our addresses from an interface that is not ours. interface={} removed={}", entry.device(), removed);
            }
        }
    }

    private void delete(Link link) throws IOException {
        if (!isOurs(link, network.links())) {
            LOG.warn("Left an interface alone that is somebody else's by now. interface={} kind={} alias={}",
                    link.name(), link.kind().orElse("none"), link.alias().orElse("none"));
            return;
        }
        try {
            network.deleteLink(link.index());
            LOG.info("Deleted the interface for endpoints. interface={}", link.name());
        } catch (NetlinkException refused) {
            if (!refused.errno().equals(Errno.ENODEV)) {
                throw refused;
            }
        }
    }

    private static boolean isOurs(Link link, List<Link> links) {
        // No alias yet: killed between making and marking it. Another alias: somebody made it his own.
        boolean ours = link.alias().isEmpty() || DeviceKeeper.isMarked(link);
        return DeviceKind.of(link).isPresent() && ours && !DeviceKeeper.hasPorts(link, links);
    }

    /**
     * The interfaces that would be deleted, and the addresses that would be removed from others, in this order; changes nothing.
     *
     * @param chosen of which interfaces the journal's entries would be undone
     * @param marked an interface that would go with them if it bears our mark
     */
    Going look(Predicate<String> chosen, Optional<String> marked) throws IOException {
        List<Link> links = network.links();
        List<LinkAddress> addresses = network.addresses();
        Going going = new Going(new LinkedHashSet<>(), new LinkedHashSet<>());
        for (JournalEntry entry : journal.entries().reversed().stream().map(JournalEntry::parse).flatMap(Optional::stream).toList()) {
            Optional<Link> link = DeviceKeeper.named(links, entry.device()).filter(there -> chosen.test(there.name()));
            switch (entry) {
                case JournalEntry.Device _ -> link.filter(there -> isOurs(there, links)).ifPresent(going.links()::add);
                case JournalEntry.Addresses lent -> link.ifPresent(there -> addresses.stream()
                        .filter(address -> address.link() == there.index() && lent.subnet().contains(address.address()))
                        .forEach(going.addresses()::add));
            }
        }
        marked.flatMap(name -> DeviceKeeper.named(links, name)).filter(DeviceKeeper::isMarked).filter(there -> isOurs(there, links))
                .ifPresent(going.links()::add);
        going.links().forEach(link -> addresses.stream().filter(address -> address.link() == link.index()).forEach(going.addresses()::add));
        return going;
    }

    /** What would go; the addresses of interfaces that would go are among them. */
    record Going(Set<Link> links, Set<LinkAddress> addresses) {}

    private void forget(String line) throws StageException {
        try {
            journal.forget(line);
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, plugin);
        }
    }
}
