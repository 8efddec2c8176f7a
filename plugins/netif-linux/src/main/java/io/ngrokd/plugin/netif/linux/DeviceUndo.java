package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
        List<Link> links = network.links();
        // No alias yet: killed between making and marking it. Another alias: somebody made it his own.
        boolean ours = link.alias().isEmpty() || DeviceKeeper.isMarked(link);
        if (DeviceKind.of(link).isEmpty() || !ours || DeviceKeeper.hasPorts(link, links)) {
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

    private void forget(String line) throws StageException {
        try {
            journal.forget(line);
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, plugin);
        }
    }
}
