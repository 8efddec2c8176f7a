package io.ngrokd.kernel.control;

import io.ngrokd.kernel.state.AccessList;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** The place of a unix socket in the file system. */
final class SocketPlace {

    /** {@code sun_path} of Linux and macOS, less the final NUL. */
    private static final int LONGEST_PATH = 103;

    private SocketPlace() {}

    /**
     * Makes room: a stale socket goes, but only when a dial shows that nobody is there.
     *
     * @throws IOException when there can be no socket, with a message for the user
     */
    static void prepare(Path path) throws IOException {
        if (path.toString().getBytes().length > LONGEST_PATH) {
            throw new IOException("server.socket_path is longer than " + LONGEST_PATH + " bytes, which no unix socket may be: " + path);
        }
        if (isSocket(path) && !isDeserted(path)) {
            throw new IOException("another daemon listens on " + path + "; stop it, or set server.socket_path to another path");
        }
        removeStale(path);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("server.socket_path is a file that is no socket, and stays: " + path + "; name another path");
        }
        Path folder = path.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            if (AccessList.rules(folder)) {
                // Nobody gets in between the moment when the socket is there and that when its own list is set.
                AccessList.share(folder, Peers.GROUP);
            }
        }
    }

    /**
     * Removes a socket that nobody listens on; anything else stays.
     *
     * @return whether there was one
     */
    static boolean removeStale(Path path) throws IOException {
        return isSocket(path) && isDeserted(path) && Files.deleteIfExists(path);
    }

    private static boolean isSocket(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
    }

    /** Whether a dial is refused. One that fails otherwise (no permission, too many waiting) shows nothing. */
    private static boolean isDeserted(Path path) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            return false;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException unclear) {
            return false;
        }
    }
}
