package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes our addresses of one interface those that are wanted: asks what there is, sends only what differs.
 *
 * <p>Linux walks all addresses of an interface whenever it adds one: 10,000 took 2 seconds, 65,000 took 175 of the
 * processor's (Linux 6.18). So those beyond the first few thousand are added as local routes, 65,000 of which took 0.4
 * seconds.
 */
final class AddressSync {

    private static final int MOST_ADDRESSES = 4096;

    private final LinuxNetwork network;
    private final int link;
    private final Predicate<LinkAddress> ours;

    /**
     * @param link the interface
     * @param ours which of the addresses on it are ours to remove
     */
    AddressSync(LinuxNetwork network, int link, Predicate<LinkAddress> ours) {
        this.network = network;
        this.link = link;
        this.ours = ours;
    }

    /**
     * What became of it.
     *
     * @param failed the wanted addresses that are not there, with the reason
     * @param added those that were missing
     * @param removed how many were surplus
     */
    record Outcome(Map<InetAddress, StageFailure> failed, Set<InetAddress> added, int removed) {

        boolean changed() {
            return !added.isEmpty() || removed > 0;
        }
    }

    /** An address on an interface is another one when its prefix is another. */
    private record Key(InetAddress address, int prefixLength) {
        static Key of(LinkAddress address) {
            return new Key(address.address(), address.prefixLength());
        }
    }

    /**
     * @throws NetlinkException with ENODEV when the interface went away meanwhile, EPERM when we lack the privilege
     */
    Outcome apply(Collection<LinkAddress> wanted) throws IOException {
        Difference first = difference(wanted, network.addresses());
        removeAll(first.surplus());
        // The first address of a network takes the later ones of that network with it when it goes.
        boolean mayTakeOthers = first.surplus().stream().anyMatch(address -> address.prefixLength() < 32);
        return add(mayTakeOthers ? difference(wanted, network.addresses()) : first, first.surplus().size());
    }

    /**
     * How what there is differs from what is wanted.
     *
     * @param surplus ours, and not wanted
     * @param missing wanted and not there; those that are too many for addresses as routes
     * @param taken wanted, and somebody else's
     */
    record Difference(List<LinkAddress> surplus, List<LinkAddress> missing, Map<InetAddress, StageFailure> taken) {}

    /** Compares, and changes nothing. */
    Difference difference(Collection<LinkAddress> wanted, List<LinkAddress> existing) {
        Set<Key> keep = HashSet.newHashSet(wanted.size());
        wanted.forEach(address -> keep.add(Key.of(address)));
        List<LinkAddress> surplus = new ArrayList<>();
        Set<Key> present = new HashSet<>();
        Map<InetAddress, LinkAddress> foreign = new HashMap<>();
        int room = MOST_ADDRESSES;
        for (LinkAddress address : existing) {
            if (isOurs(address) && !keep.contains(Key.of(address))) {
                surplus.add(address);
                continue;
            }
            room -= address.link() == link && !address.routed() ? 1 : 0;
            if (isOurs(address)) {
                present.add(Key.of(address));
            } else {
                foreign.put(address.address(), address);
            }
        }
        Map<InetAddress, StageFailure> taken = new HashMap<>();
        List<LinkAddress> missing = new ArrayList<>();
        for (LinkAddress address : wanted) {
            LinkAddress holder = foreign.get(address.address());
            if (holder != null) {
                taken.put(address.address(), taken(address, holder.label()));
            } else if (!present.contains(Key.of(address))) {
                // Only what is a single address anyway: the gateway's prefix tells the machine where the subnet is.
                boolean route = missing.size() >= room && address.prefixLength() == 32;
                missing.add(route ? address.asRoute() : address);
            }
        }
        return new Difference(surplus, missing, taken);
    }

    /** Removes all of ours; says how many there were. */
    int clear() throws IOException {
        List<LinkAddress> all = ours(network.addresses());
        removeAll(all);
        return all.size();
    }

    /** Those that are ours to remove. */
    List<LinkAddress> ours(List<LinkAddress> existing) {
        return existing.stream().filter(this::isOurs).toList();
    }

    private boolean isOurs(LinkAddress address) {
        return address.link() == link && ours.test(address);
    }

    private void removeAll(List<LinkAddress> surplus) throws IOException {
        for (Map.Entry<LinkAddress, Errno> refused : network.remove(surplus).entrySet()) {
            if (!refused.getValue().isAbsence()) {
                throw new NetlinkException("removing " + refused.getKey().address().getHostAddress(), refused.getValue());
            }
        }
    }

    private Outcome add(Difference difference, int removed) throws IOException {
        Map<InetAddress, StageFailure> failed = new HashMap<>(difference.taken());
        List<LinkAddress> missing = difference.missing();
        Map<LinkAddress, Errno> refused = network.add(missing);
        Set<InetAddress> added = HashSet.newHashSet(missing.size());
        for (LinkAddress address : missing) {
            Errno errno = refused.getOrDefault(address, Errno.OK);
            if (errno.isOk()) {
                added.add(address.address());
            } else {
                failed.put(address.address(), failure(address, errno));
            }
        }
        return new Outcome(Map.copyOf(failed), Set.copyOf(added), removed);
    }

    /** Privilege and the interface concern all addresses alike; anything else is the one address's trouble. */
    private static StageFailure failure(LinkAddress address, Errno errno) throws NetlinkException {
        String text = address.address().getHostAddress();
        if (errno.isPermission() || errno.equals(Errno.ENODEV)) {
            throw new NetlinkException("adding " + text, errno);
        }
        if (errno.equals(Errno.EEXIST)) {
            return taken(address, "the interface");
        }
        return new StageFailure(errno.failureCode(), "adding " + text + ": " + errno);
    }

    private static StageFailure taken(LinkAddress address, String holder) {
        return new StageFailure(
                FailureCode.IN_USE,
                address.address().getHostAddress() + " is already in use on " + holder
                        + "; remove it there, or choose another net.subnet");
    }
}
