package io.ngrokd.kit.listener;

import java.net.InetAddress;
import java.util.Optional;

/** Knows which program has a port. What it knows is of one moment: take a new one for another moment. */
@FunctionalInterface
public interface PortHolders {

    /** How a holder begins that is this process. */
    String OURSELVES = "this daemon itself";

    /**
     * Who keeps others from listening there, in words that fit behind "is held by"; empty when that cannot be found out.
     * The first call may block for as long as it takes to look
     * at all processes. Thread-safe.
     *
     * @param port 1 to 65535
     */
    Optional<String> holder(InetAddress address, int port);

    /** Whether somebody who has a port is found, so that nobody found means nobody there. */
    default boolean canTell() {
        return true;
    }

    /** As well as this system lets us: on Linux from {@code /proc}, elsewhere nobody is found. */
    static PortHolders ofThisSystem() {
        return System.getProperty("os.name").equals("Linux") ? new LinuxPortHolders() : new PortHolders() {
            @Override
            public Optional<String> holder(InetAddress address, int port) {
                return Optional.empty();
            }

            @Override
            public boolean canTell() {
                return false;
            }
        };
    }
}
