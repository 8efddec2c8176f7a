package io.ngrokd.kit.listener;

import java.net.InetAddress;
import java.util.Optional;

/** Knows which program has a port. What it knows is of one moment: take a new one for another moment. */
@FunctionalInterface
public interface PortHolders {

    /**
     * Who keeps others from listening there, in words that fit behind "is held by"; empty when that cannot be found out.
     * The first call may block for as long as it takes to look
     * at all processes. Thread-safe.
     *
     * @param port 1 to 65535
     */
    Optional<String> holder(InetAddress address, int port);

    /** As well as this system lets us: on Linux from {@code /proc}, elsewhere nobody is found. */
    static PortHolders ofThisSystem() {
        return System.getProperty("os.name").equals("Linux") ? new LinuxPortHolders() : (_, _) -> Optional.empty();
    }
}
