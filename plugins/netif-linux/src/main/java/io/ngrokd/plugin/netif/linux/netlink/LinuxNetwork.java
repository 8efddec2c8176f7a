package io.ngrokd.plugin.netif.linux.netlink;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The network of this machine (of the namespace of the thread that opened it). Looking needs no privilege, changing
 * needs CAP_NET_ADMIN. For one thread.
 */
public interface LinuxNetwork extends AutoCloseable {

    /** All interfaces. */
    List<Link> links() throws IOException;

    /** All IPv4 addresses of all interfaces, and those that are there as routes of ours. */
    List<LinkAddress> addresses() throws IOException;

    /** The IPv4 unicast routes of the main table. */
    List<Route> routes() throws IOException;

    /**
     * Makes a virtual interface, switched off.
     *
     * @throws NetlinkException with EEXIST when the name is taken, EOPNOTSUPP when the kernel lacks the kind
     */
    void createLink(String name, String kind) throws IOException;

    /** Switches an interface on. */
    void raise(int link) throws IOException;

    /** Sets the free text of an interface. */
    void setAlias(int link, String alias) throws IOException;

    /**
     * Deletes a virtual interface with its addresses.
     *
     * @throws NetlinkException with ENODEV when there is none
     */
    void deleteLink(int link) throws IOException;

    /** Adds addresses; says which it could not add, and why. */
    Map<LinkAddress, Errno> add(List<LinkAddress> addresses) throws IOException;

    /** Removes addresses; says which it could not remove, and why ({@link Errno#isAbsence}: it was gone). */
    Map<LinkAddress, Errno> remove(List<LinkAddress> addresses) throws IOException;

    /** Whether changes are allowed; changes nothing. */
    boolean mayChange() throws IOException;

    /**
     * Whether the kernel can make interfaces of a kind; makes none, though Linux may load the kind's module, as it does for making one.
     *
     * @throws NetlinkException with EPERM when we may not make any
     */
    boolean knowsKind(String kind) throws IOException;

    @Override
    void close();
}
