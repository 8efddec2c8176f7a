package io.ngrokd.ctl.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/**
 * Why a control socket could not be reached. The file is looked at rather than the error's text, which the system
 * writes in the user's language.
 */
final class Unreachable {

    private static final String WHICH = "Does it use another socket? See server.socket_path in its config.yml; then: "
            + "ngrokctl --socket PATH, or NGROKD_SOCKET=PATH.";
    private static final String START = "Is the daemon running? Start it: sudo ngrokd --config=/etc/ngrokd/config.yml";
    private static final String PERMIT = "Use sudo, or join the group ngrokd.";

    private Unreachable() {
    }

    static CommandFailure explain(Path path, IOException failure, Predicate<Path> writable) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            if (file.isRegularFile() || file.isDirectory()) {
                return new CommandFailure(ExitStatus.ERROR, path + " is no socket.", WHICH);
            }
        } catch (NoSuchFileException missing) {
            return new CommandFailure(ExitStatus.NO_DAEMON, "No daemon: there is no socket at " + path + ".", START, WHICH);
        } catch (AccessDeniedException denied) {
            return new CommandFailure(ExitStatus.NOT_PERMITTED, "Not permitted to look into " + path.getParent() + ".", PERMIT);
        } catch (IOException unreadable) {
            return new CommandFailure(ExitStatus.ERROR, "Cannot connect to " + path + ": " + failure.getMessage() + ".", WHICH);
        }
        if (!writable.test(path)) {
            return new CommandFailure(ExitStatus.NOT_PERMITTED, "Not permitted to talk to the daemon at " + path + ".", PERMIT);
        }
        return new CommandFailure(ExitStatus.NO_DAEMON,
                "No daemon: nobody answers at " + path + " (" + failure.getMessage() + ").", START, WHICH);
    }
}
