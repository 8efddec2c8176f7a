package io.ngrokd.cloud.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What this user may do on this machine.
 *
 * @param lowPorts whether ports 80 and 443 can be listened on
 * @param hostsFile the file for names that is not the system's own; empty when the system's own is used
 */
record Surroundings(boolean root, boolean lowPorts, Optional<Path> hostsFile) {

    private static final Path SYSTEM_HOSTS = Path.of("/etc/hosts");
    private static final Path PORT_START = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    private static final int HTTP_PORT = 80;
    private static final int FIRST_UNPRIVILEGED_PORT = 1024;

    static Surroundings of(Map<String, String> environment, Path folder) throws IOException {
        boolean root = isRoot();
        boolean lowPorts = root || firstUnprivilegedPort() <= HTTP_PORT;
        return new Surroundings(root, lowPorts, hostsFile(environment, folder, root && Files.isWritable(SYSTEM_HOSTS), SYSTEM_HOSTS));
    }

    /** Never a file that has a section: its daemon may be at work, and there is one section to a file. */
    static Optional<Path> hostsFile(Map<String, String> environment, Path folder, boolean mayWriteSystem, Path system)
            throws IOException {
        String given = environment.get("NGROKD_HOSTS_PATH");
        Path own = folder.resolve("hosts");
        if (given != null && !given.isBlank()) {
            return Optional.of(Names.hasManagedSection(Path.of(given)) ? own : Path.of(given));
        }
        return mayWriteSystem && !Names.hasManagedSection(system) ? Optional.empty() : Optional.of(own);
    }

    Path namesFile() {
        return hostsFile.orElse(SYSTEM_HOSTS);
    }

    private static int firstUnprivilegedPort() throws IOException {
        if (!Files.isReadable(PORT_START)) {
            return FIRST_UNPRIVILEGED_PORT;
        }
        // In one read: a sysctl file is at its end after the first, and Files.readString begins with a single byte.
        try (InputStream file = Files.newInputStream(PORT_START)) {
            byte[] digits = new byte[16];
            int length = Math.max(0, file.read(digits));
            return Integer.parseInt(new String(digits, 0, length, StandardCharsets.US_ASCII).strip());
        }
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
        }
        return "root".equals(System.getProperty("user.name"));
    }
}
