package io.ngrokd.plugin.netif.linux;

import io.ngrokd.plugin.netif.linux.netlink.LinuxNetwork;
import io.ngrokd.plugin.netif.linux.netlink.RtnetlinkNetwork;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/**
 * The machine as the backends see it.
 *
 * @param operatingSystem as Java names it
 * @param opener opens the network, anew for each request: namespaces and privileges may change meanwhile
 */
record Surroundings(String operatingSystem, Opener opener) {

    Surroundings {
        Objects.requireNonNull(operatingSystem, "operatingSystem");
        Objects.requireNonNull(opener, "opener");
    }

    @FunctionalInterface
    interface Opener {
        LinuxNetwork open() throws IOException;
    }

    /** This machine. */
    static Surroundings real() {
        return new Surroundings(System.getProperty("os.name", "unknown"), RtnetlinkNetwork::open);
    }

    LinuxNetwork open() throws IOException {
        return opener.open();
    }

    /** Why nothing of Linux works here: {@code this is macOS}. Empty on Linux. */
    Optional<String> foreign() {
        if (operatingSystem.equals("Linux")) {
            return Optional.empty();
        }
        return Optional.of("this is " + (operatingSystem.startsWith("Mac OS") ? "macOS" : operatingSystem));
    }
}
