package io.ngrokd.plugin.netif.linux;

import io.ngrokd.api.endpoint.Subnet;
import io.ngrokd.plugin.netif.linux.netlink.Errno;
import io.ngrokd.plugin.netif.linux.netlink.Link;
import io.ngrokd.plugin.netif.linux.netlink.LinkAddress;
import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.NetlinkException;
import io.ngrokd.plugin.netif.linux.netlink.Route;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A machine in memory. Keeps count of what changes it, and refuses what it is told to refuse. */
final class FakeLinuxNetwork implements LinuxNetwork {

    private final Map<Integer, Link> links = new TreeMap<>();
    private final List<LinkAddress> addresses = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private final Set<String> kinds = new HashSet<>(Set.of("dummy", "bridge"));
    private final Map<String, Errno> refusals = new HashMap<>();
    private final List<String> changes = new ArrayList<>();
    private Optional<Runnable> beforeNextAdd = Optional.empty();
    private Optional<Runnable> beforeNextCreate = Optional.empty();
    private boolean answerIsLost;
    private boolean privileged = true;
    private int opened;

    FakeLinuxNetwork() {
        put("lo", "", "", true, 0);
        putAddress("lo", "127.0.0.1", 8, "lo");
    }

    /** The machine as backends get it. */
    Surroundings surroundings() {
        return new Surroundings("Linux", () -> {
            opened++;
            return this;
        });
    }

    int put(String name, String kind, String alias, boolean up, int master) {
        int index = links.size() + 1 + changes.size();
        links.put(index, new Link(index, name, Optional.of(kind).filter(word -> !word.isEmpty()),
                Optional.of(alias).filter(word -> !word.isEmpty()), up, master));
        return index;
    }

    void putAddress(String link, String address, int prefixLength, String label) {
        addresses.add(new LinkAddress(index(link), (Inet4Address) InetAddress.ofLiteral(address), prefixLength, 0, label));
    }

    void putRoute(String link, String subnet) {
        routes.add(new Route(Subnet.parse(subnet), index(link)));
    }

    void takeLink(String name) {
        int index = index(name);
        links.remove(index);
        addresses.removeIf(address -> address.link() == index);
    }

    void takeAddress(String address) {
        addresses.removeIf(there -> there.address().getHostAddress().equals(address));
    }

    void lacksKind(String kind) {
        kinds.remove(kind);
    }

    void isUnprivileged() {
        privileged = false;
    }

    void refuse(String address, Errno errno) {
        refusals.put(address, errno);
    }

    void beforeNextAdd(Runnable interference) {
        beforeNextAdd = Optional.of(interference);
    }

    void beforeNextCreate(Runnable interference) {
        beforeNextCreate = Optional.of(interference);
    }

    /** The next interface is made, and nobody hears of it. */
    void loseNextAnswer() {
        answerIsLost = true;
    }

    /** What was changed since the last call. */
    List<String> changes() {
        List<String> since = List.copyOf(changes);
        changes.clear();
        return since;
    }

    int opened() {
        return opened;
    }

    Optional<Link> link(String name) {
        return links.values().stream().filter(link -> link.name().equals(name)).findFirst();
    }

    /** The addresses of a link as {@code address/prefix}. */
    Set<String> on(String name) {
        int index = index(name);
        return addresses.stream()
                .filter(address -> address.link() == index)
                .map(address -> address.address().getHostAddress() + "/" + address.prefixLength())
                .collect(Collectors.toSet());
    }

    @Override
    public List<Link> links() {
        return List.copyOf(links.values());
    }

    @Override
    public List<LinkAddress> addresses() {
        return List.copyOf(addresses);
    }

    @Override
    public List<Route> routes() {
        return List.copyOf(routes);
    }

    @Override
    public void createLink(String name, String kind) throws NetlinkException {
        beforeNextCreate.ifPresent(Runnable::run);
        beforeNextCreate = Optional.empty();
        require(privileged, "making " + name, Errno.EPERM);
        require(kinds.contains(kind), "making " + name, Errno.EOPNOTSUPP);
        require(link(name).isEmpty(), "making " + name, Errno.EEXIST);
        changes.add("create " + name);
        put(name, kind, "", false, 0);
        boolean lost = answerIsLost;
        answerIsLost = false;
        require(!lost, "making " + name, Errno.EAGAIN);
    }

    @Override
    public void raise(int link) throws NetlinkException {
        change(link, "raise");
        Link old = links.get(link);
        links.put(link, new Link(link, old.name(), old.kind(), old.alias(), true, old.master()));
    }

    @Override
    public void setAlias(int link, String alias) throws NetlinkException {
        change(link, "alias");
        Link old = links.get(link);
        links.put(link, new Link(link, old.name(), old.kind(), Optional.of(alias), old.up(), old.master()));
    }

    @Override
    public void deleteLink(int link) throws NetlinkException {
        change(link, "delete");
        takeLink(links.get(link).name());
    }

    @Override
    public Map<LinkAddress, Errno> add(List<LinkAddress> wanted) {
        beforeNextAdd.ifPresent(Runnable::run);
        beforeNextAdd = Optional.empty();
        Map<LinkAddress, Errno> refused = new LinkedHashMap<>();
        for (LinkAddress address : wanted) {
            Errno errno = !privileged ? Errno.EPERM
                    : !links.containsKey(address.link()) ? Errno.ENODEV
                    : refusals.getOrDefault(address.address().getHostAddress(), Errno.OK);
            if (errno.isOk()) {
                changes.add("add " + address.address().getHostAddress() + "/" + address.prefixLength());
                addresses.add(address);
            } else {
                refused.put(address, errno);
            }
        }
        return refused;
    }

    @Override
    public Map<LinkAddress, Errno> remove(List<LinkAddress> unwanted) {
        Map<LinkAddress, Errno> refused = new LinkedHashMap<>();
        for (LinkAddress address : unwanted) {
            Errno errno = privileged ? refusals.getOrDefault(address.address().getHostAddress(), Errno.OK) : Errno.EPERM;
            if (errno.isOk() && !addresses.remove(address)) {
                errno = Errno.EADDRNOTAVAIL;
            }
            if (errno.isOk()) {
                changes.add("remove " + address.address().getHostAddress() + "/" + address.prefixLength());
            } else {
                refused.put(address, errno);
            }
        }
        return refused;
    }

    @Override
    public boolean knowsKind(String kind) throws NetlinkException {
        require(privileged, "asking for " + kind, Errno.EPERM);
        return kinds.contains(kind);
    }

    @Override
    public boolean mayChange() {
        return privileged;
    }

    @Override
    public void close() {
        // The machine outlives the conversation.
    }

    private int index(String name) {
        return link(name).orElseThrow(() -> new AssertionError("no interface " + name)).index();
    }

    private void change(int link, String what) throws NetlinkException {
        require(privileged, what, Errno.EPERM);
        require(links.containsKey(link), what, Errno.ENODEV);
        changes.add(what + " " + links.get(link).name());
    }

    private static void require(boolean so, String doing, Errno otherwise) throws NetlinkException {
        if (!so) {
            throw new NetlinkException(doing, otherwise);
        }
    }
}
