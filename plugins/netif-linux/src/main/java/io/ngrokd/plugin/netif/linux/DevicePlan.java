package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.AddressRange;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.spi.NetifContext;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@link DeviceBackend} would change; looks, and changes nothing. */
final class DevicePlan {

    /** No interface has it: stands for one that is not there yet. */
    private static final int NOT_YET = 0;

    private final LinuxNetwork network;
    private final NetifContext context;
    private final DeviceKind kind;

    DevicePlan(LinuxNetwork network, NetifContext context, DeviceKind kind) {
        this.network = network;
        this.context = context;
        this.kind = kind;
    }

    /** What undoing would take away. */
    List<Change> going() throws IOException {
        return going(new DeviceUndo(network, context.journal(), kind.backend())
                .look(device -> true, Optional.of(context.interfaceName())));
    }

    /**
     * @param fromScratch whether all that bears ngrokd's mark is gone by then
     */
    List<Change> coming(AddressRange range, Wishes wishes, boolean fromScratch) throws IOException, StageException {
        InterfaceName.require(context.interfaceName(), kind);
        String name = context.interfaceName();
        List<Change> changes = new ArrayList<>();
        if (!fromScratch) {
            changes.addAll(going(new DeviceUndo(network, context.journal(), kind.backend())
                    .look(device -> !device.equals(name), Optional.empty())));
        }
        DeviceKeeper.Found found = new DeviceKeeper(network, context.journal(), kind).look(name, range.subnet());
        Optional<Link> link = found.link().filter(there -> !(fromScratch && found.ours()));
        if (link.isEmpty()) {
            changes.add(Change.add(Change.INTERFACE, name + " (" + kind.word() + ")"));
        } else {
            adopt(link.get(), found.ours(), changes);
        }
        int index = link.map(Link::index).orElse(NOT_YET);
        AddressSync sync = new AddressSync(network, index, address -> found.ours() || range.subnet().contains(address.address()));
        List<LinkAddress> existing = fromScratch ? Addresses.foreign(network, network.addresses()) : network.addresses();
        changes.addAll(Addresses.changes(
                sync.difference(DeviceBackend.wanted(index, name, range, wishes), existing), names(name), wishes));
        return changes;
    }

    private static void adopt(Link link, boolean ours, List<Change> changes) {
        if (!ours) {
            return;
        }
        if (!DeviceKeeper.isMarked(link)) {
            changes.add(Change.change(Change.INTERFACE, link.name() + " is marked as ngrokd's")
                    .noted("an earlier ngrokd left it"));
        }
        if (!link.up()) {
            changes.add(Change.change(Change.INTERFACE, link.name() + " is switched on"));
        }
    }

    private List<Change> going(DeviceUndo.Going going) throws IOException {
        List<Change> changes = new ArrayList<>();
        Map<Integer, String> names = names(context.interfaceName());
        Addresses.sorted(going.addresses()).forEach(address ->
                changes.add(Change.remove(Change.ADDRESS, Addresses.text(address, names))));
        going.links().forEach(link ->
                changes.add(Change.remove(Change.INTERFACE, link.name() + " (" + link.kind().orElse("") + ")")));
        return changes;
    }

    private Map<Integer, String> names(String notYet) throws IOException {
        Map<Integer, String> names = new HashMap<>();
        names.put(NOT_YET, notYet);
        network.links().forEach(link -> names.put(link.index(), link.name()));
        return names;
    }
}
