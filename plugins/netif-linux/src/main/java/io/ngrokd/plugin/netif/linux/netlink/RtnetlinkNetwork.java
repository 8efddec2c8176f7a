package io.ngrokd.plugin.netif.linux.netlink;

import io.ngrokd.api.endpoint.Subnet;
import java.io.IOException;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The real network, through rtnetlink. */
public final class RtnetlinkNetwork implements LinuxNetwork {

    /** The index of {@code lo} in every namespace. */
    private static final int LOOPBACK = 1;

    /** Of an interface that is asked for and never made. */
    private static final String UNMADE = "ngrokd-unmade";

    private final Netlink netlink;

    RtnetlinkNetwork(Netlink netlink) {
        this.netlink = netlink;
    }

    /**
     * Opens the network of the namespace that the calling thread is in.
     *
     * @throws IOException when there is no netlink here, or Java may not call it
     */
    public static LinuxNetwork open() throws IOException {
        NetlinkSocket socket;
        try {
            socket = NetlinkSocket.open();
        } catch (LinkageError unusable) {
            throw new IOException(
                    "Java cannot call the C library; the daemon needs --enable-native-access=ALL-UNNAMED", unusable);
        }
        try {
            return new RtnetlinkNetwork(new Netlink(socket));
        } catch (IOException refused) {
            socket.close();
            throw refused;
        }
    }

    @Override
    public List<Link> links() throws IOException {
        return netlink.dump("listing the interfaces", LinkMessages.list(), LinkMessages::parse);
    }

    @Override
    public List<LinkAddress> addresses() throws IOException {
        List<LinkAddress> all =
                new ArrayList<>(netlink.dump("listing the addresses", AddressMessages.list(), AddressMessages::parse));
        all.addAll(routes(RouteMessages.listLocal(), RouteMessages::parseLocal));
        return all;
    }

    @Override
    public List<Route> routes() throws IOException {
        return routes(RouteMessages.list(), RouteMessages::parse);
    }

    @Override
    public void createLink(String name, String kind) throws IOException {
        one("making the " + kind + " interface " + name, LinkMessages.create(name, kind));
    }

    @Override
    public void raise(int link) throws IOException {
        one("switching interface " + link + " on", LinkMessages.raise(link));
    }

    @Override
    public void setAlias(int link, String alias) throws IOException {
        one("marking interface " + link, LinkMessages.alias(link, alias));
    }

    @Override
    public void deleteLink(int link) throws IOException {
        one("deleting interface " + link, LinkMessages.delete(link));
    }

    @Override
    public Map<LinkAddress, Errno> add(List<LinkAddress> addresses) throws IOException {
        return refused(addresses, address -> address.routed() ? RouteMessages.addLocal(address) : AddressMessages.add(address));
    }

    @Override
    public Map<LinkAddress, Errno> remove(List<LinkAddress> addresses) throws IOException {
        return refused(addresses, address -> address.routed() ? RouteMessages.removeLocal(address) : AddressMessages.remove(address));
    }

    /** Removes an address that no interface can have: the kernel looks at the privilege first. */
    @Override
    public boolean mayChange() throws IOException {
        Inet4Address nobody = (Inet4Address) Subnet.parse("255.255.255.255/32").network();
        LinkAddress absent = new LinkAddress(LOOPBACK, nobody, 32, LinkAddress.SCOPE_HOST, "");
        return !netlink.execute(List.of(AddressMessages.remove(absent))).getFirst().isPermission();
    }

    /** Asks for one with half a hardware address: a kind that the kernel has refuses that, for one that it has not it never gets there. */
    @Override
    public boolean knowsKind(String kind) throws IOException {
        String doing = "asking for the kind " + kind;
        Errno errno = netlink.execute(List.of(LinkMessages.createWithoutSense(UNMADE, kind))).getFirst();
        if (errno.equals(Errno.EOPNOTSUPP)) {
            return false;
        }
        if (errno.isOk()) {
            Optional<Link> made = links().stream().filter(link -> link.name().equals(UNMADE)).findFirst();
            if (made.isPresent()) {
                deleteLink(made.get().index());
            }
            return true;
        }
        if (errno.isPermission()) {
            throw new NetlinkException(doing, errno);
        }
        return true;
    }

    @Override
    public void close() {
        netlink.close();
    }

    private <T> List<T> routes(Message request, Netlink.Parser<T> parser) throws IOException {
        try {
            return netlink.dump("listing the routes", request, parser);
        } catch (NetlinkException answer) {
            // So says a kernel that was asked for one table, of a table in which nothing was ever put.
            if (answer.errno().equals(Errno.ENOENT)) {
                return List.of();
            }
            throw answer;
        }
    }

    private void one(String doing, Message request) throws IOException {
        Errno errno = netlink.execute(List.of(request)).getFirst();
        if (!errno.isOk()) {
            throw new NetlinkException(doing, errno);
        }
    }

    private Map<LinkAddress, Errno> refused(List<LinkAddress> addresses, Function<LinkAddress, Message> request)
            throws IOException {
        List<Errno> answers = netlink.execute(addresses.stream().map(request).toList());
        Map<LinkAddress, Errno> refused = new LinkedHashMap<>();
        for (int i = 0; i < answers.size(); i++) {
            if (!answers.get(i).isOk()) {
                refused.put(addresses.get(i), answers.get(i));
            }
        }
        return refused;
    }
}
