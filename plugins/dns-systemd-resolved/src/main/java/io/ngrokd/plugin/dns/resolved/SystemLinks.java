package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Those that the system shows in {@code /sys/class/net}. */
final class SystemLinks implements Links {

    private static final int LOOPBACK = 0x8;

    private final Path folder;

    SystemLinks(SystemRoot root) {
        this.folder = root.folder().resolve("sys/class/net");
    }

    @Override
    public boolean exists(String link) {
        return Files.exists(folder.resolve(link));
    }

    @Override
    public Optional<String> obstacle(String link) {
        if (!exists(link)) {
            return Optional.of("there is no interface " + link);
        }
        try {
            int flags = Integer.decode(ResolvConf.read(folder.resolve(link).resolve("flags")).strip());
            if ((flags & LOOPBACK) != 0) {
                return Optional.of(link + " is a loopback interface");
            }
            if (Files.exists(folder.resolve(link).resolve("device"))) {
                return Optional.of(link + " is a network card, whose settings are its own");
            }
            // Reading it fails while the interface is down.
            if (!ResolvConf.read(folder.resolve(link).resolve("carrier")).strip().equals("1")) {
                return Optional.of(link + " has no carrier");
            }
            return hasAddress(link) ? Optional.empty() : Optional.of(link + " has no address");
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.of(link + " is down");
        }
    }

    private static boolean hasAddress(String link) throws SocketException {
        NetworkInterface system = NetworkInterface.getByName(link);
        Stream<InetAddress> addresses = system == null ? Stream.empty() : system.inetAddresses();
        return addresses.anyMatch(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress());
    }
}
