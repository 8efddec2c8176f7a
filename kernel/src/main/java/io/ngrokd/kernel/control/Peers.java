package io.ngrokd.kernel.control;

import io.ngrokd.kernel.state.AccessList;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is at the other end of a unix socket, and what they may. Where the system tells, everybody may connect, and root, the
 * daemon's user and the members of the group may change things; where it does not, the file's mode and group, or its access control
 * list, decide who connects, and whoever does may do everything.
 */
final class Peers {

    /** Its members may change things. */
    static final String GROUP = "ngrokd";

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

    private final GroupMembers members;
    private boolean told;
    private UserPrincipal own;

    Peers(GroupMembers members) {
        this.members = members;
    }

    /** Prepares a socket file that was just bound: its mode, and its group where the mode decides; or its access control list. */
    void guard(Path socket, boolean systemTells) throws IOException {
        if (!socket.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            if (AccessList.rules(socket)) {
                AccessList.share(socket, GROUP);
            }
            return;
        }
        own = Files.getOwner(socket);
        told = systemTells;
        if (!told) {
            group().ifPresent(group -> handOver(socket, group));
        }
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(told ? "rw-rw-rw-" : "rw-rw----"));
    }

    /** Whether this system says who is at the other end. */
    static boolean isTold(SocketChannel channel) {
        return channel.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED);
    }

    private static void handOver(Path socket, GroupPrincipal group) {
        try {
            Files.getFileAttributeView(socket, PosixFileAttributeView.class).setGroup(group);
        } catch (IOException notOurs) {
            LOG.warn("The control socket could not be given to the group, whose members need sudo then. socket={} group={} cause={}",
                    socket, GROUP, notOurs.toString());
        }
    }

    /** Who connected. */
    Caller of(SocketChannel client) throws IOException {
        if (!told) {
            return Caller.owner("a user whom the socket's mode lets in");
        }
        UnixDomainPrincipal peer = client.getOption(ExtendedSocketOptions.SO_PEERCRED);
        String name = peer.user().getName();
        if (peer.user().equals(own) || peer.user().equals(root())) {
            return Caller.owner(name);
        }
        return Caller.user(name, () -> group().map(group -> group.equals(peer.group()) || members.has(name, GROUP)).orElse(false));
    }

    /** By number: whatever the user with the number 0 is called. */
    private static UserPrincipal root() throws IOException {
        return lookup().lookupPrincipalByName("0");
    }

    private static Optional<GroupPrincipal> group() {
        try {
            return Optional.of(lookup().lookupPrincipalByGroupName(GROUP));
        } catch (IOException noSuchGroup) {
            return Optional.empty();
        }
    }

    private static UserPrincipalLookupService lookup() {
        return FileSystems.getDefault().getUserPrincipalLookupService();
    }
}
