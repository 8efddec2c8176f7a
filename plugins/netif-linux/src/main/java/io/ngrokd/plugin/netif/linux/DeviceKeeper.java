package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the interface, or takes over one of that name that is there. Whose it is, is settled then and written down:
 *
 * <ul>
 *   <li>Ours: we made it, it bears our mark (the alias {@code ngrokd}), or it has no alias and addresses of our subnet
 *       only, as an ngrokd that knew no marks leaves it. It gets the mark and a journal entry {@code device}; all its
 *       IPv4 addresses are ours; it is deleted in the end.
 *   <li>Lent: any other dummy, or bridge without ports, of that name. Journal entry {@code addresses}; only its
 *       addresses in our subnet are ours; it stays in the end. What was lent once stays lent while the entry is there.
 *   <li>Anything else of that name is refused.
 * </ul>
 */
final class DeviceKeeper {

    /** The alias of interfaces of ours. */
    static final String MARK = "ngrokd";

    private static final Logger LOG = LoggerFactory.getLogger(DeviceKeeper.class);

    private final LinuxNetwork network;
    private final Journal journal;
    private final DeviceKind kind;

    DeviceKeeper(LinuxNetwork network, Journal journal, DeviceKind kind) {
        this.network = network;
        this.journal = journal;
        this.kind = kind;
    }

    /**
     * An interface to work on.
     *
     * @param link its index
     * @param ours whether all of it is ours
     */
    record Held(int link, boolean ours) {}

    /**
     * How the interface of a name is found.
     *
     * @param link empty when there is none
     * @param ours whether all of it is ours, or would be
     * @param leftOver whether only its addresses say so
     */
    record Found(Optional<Link> link, boolean ours, boolean leftOver) {}

    /**
     * Looks, and changes nothing.
     *
     * @throws StageException when one of that name is there and cannot be used
     */
    Found look(String name, Subnet subnet) throws IOException, StageException {
        List<Link> links = network.links();
        Optional<Link> there = named(links, name);
        if (there.isEmpty()) {
            return new Found(there, true, false);
        }
        refuseUnlessUsable(there.get(), links);
        return whose(there.get(), subnet);
    }

    /** The interface, switched on. Made or taken over when need be. */
    Held hold(String name, Subnet subnet) throws IOException, StageException {
        Found found = look(name, subnet);
        if (found.link().isEmpty()) {
            Overlaps.find(network, subnet, name, LoBackend::isMarked).warn();
            return new Held(create(name), true);
        }
        Link link = found.link().get();
        boolean ours = found.ours();
        if (found.leftOver()) {
            LOG.info("Took over an interface that an earlier ngrokd left. interface={}", link.name());
        }
        record(ours ? new JournalEntry.Device(name, link.kind().orElseThrow()) : new JournalEntry.Addresses(name, subnet));
        if (ours && !isMarked(link)) {
            network.setAlias(link.index(), MARK);
        }
        if (!link.up()) {
            network.raise(link.index());
        }
        return new Held(link.index(), ours);
    }

    static Optional<Link> named(List<Link> links, String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }

    static boolean isMarked(Link link) {
        return link.alias().equals(Optional.of(MARK));
    }

    /** A bridge with ports carries somebody's traffic, whoever made it. */
    static boolean hasPorts(Link link, List<Link> links) {
        return links.stream().anyMatch(other -> other.master() == link.index());
    }

    /**
     * Whether an answer to making an interface says for certain that there is none of ours. A lost answer says nothing,
     * and EEXIST may mean the interface of an earlier answer that was lost.
     *
     * @param isNew whether the journal had no entry of the interface before
     */
    static boolean isNothingMade(Errno errno, boolean isNew) {
        return errno.isPermission() || errno.equals(Errno.EOPNOTSUPP) || errno.equals(Errno.EINVAL)
                || isNew && errno.equals(Errno.EEXIST);
    }

    private int create(String name) throws IOException, StageException {
        JournalEntry entry = new JournalEntry.Device(name, kind.word());
        boolean isNew = !journal.entries().contains(entry.text());
        record(entry);
        try {
            network.createLink(name, kind.word());
        } catch (NetlinkException refused) {
            if (isNothingMade(refused.errno(), isNew)) {
                forget(entry);
            }
            throw refused;
        }
        Link link = named(network.links(), name)
                .orElseThrow(() -> new NetlinkException("finding the interface " + name + " just made", Errno.ENODEV));
        network.setAlias(link.index(), MARK);
        network.raise(link.index());
        LOG.info("Made an interface for endpoints. interface={} kind={}", name, kind.word());
        return link.index();
    }

    private Found whose(Link link, Subnet subnet) throws IOException {
        if (isMarked(link)) {
            return new Found(Optional.of(link), true, false);
        }
        if (link.alias().isPresent()) {
            return new Found(Optional.of(link), false, false);
        }
        // Killed between making and marking it, the daemon left this line.
        boolean journaled = DeviceKind.of(link)
                .map(found -> new JournalEntry.Device(link.name(), found.word()).text())
                .filter(journal.entries()::contains)
                .isPresent();
        // Lent to us, and empty but for our addresses, an administrator's looks exactly like a leftover.
        boolean lent = journal.entries().stream()
                .map(JournalEntry::parse)
                .flatMap(Optional::stream)
                .anyMatch(entry -> entry instanceof JournalEntry.Addresses && entry.device().equals(link.name()));
        if (lent && !journaled) {
            return new Found(Optional.of(link), false, false);
        }
        List<LinkAddress> addresses =
                network.addresses().stream().filter(address -> address.link() == link.index()).toList();
        boolean leftOver = !addresses.isEmpty() && addresses.stream().allMatch(address -> subnet.contains(address.address()));
        return new Found(Optional.of(link), journaled || leftOver, leftOver && !journaled);
    }

    private void refuseUnlessUsable(Link link, List<Link> links) throws StageException {
        String fault;
        if (DeviceKind.of(link).isEmpty()) {
            fault = "is something else (" + link.kind().orElse("no dummy and no bridge") + ")";
        } else if (hasPorts(link, links)) {
            fault = "is a bridge with ports";
        } else {
            return;
        }
        throw new StageException(
                FailureCode.IN_USE,
                "the interface " + link.name() + " exists and " + fault
                        + "; set net.interface_name to a name that nobody uses",
                kind.backend());
    }

    private void record(JournalEntry entry) throws StageException {
        try {
            journal.record(entry.text());
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, kind.backend());
        }
    }

    private void forget(JournalEntry entry) throws StageException {
        try {
            journal.forget(entry.text());
        } catch (IOException unwritable) {
            throw Problem.journal(unwritable, kind.backend());
        }
    }
}
