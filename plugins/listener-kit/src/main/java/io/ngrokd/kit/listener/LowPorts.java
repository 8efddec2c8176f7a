package io.ngrokd.kit.listener;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process may listen on low ports, as far as it can be seen without trying. */
public final class LowPorts {

    private static final int USUAL_FIRST_FREE = 1024;
    private static final int LONGEST = 16 * 1024;
    private static final int CAP_NET_BIND_SERVICE = 10;

    private final Path proc;

    private LowPorts(Path proc) {
        this.proc = proc;
    }

    /** Of this system: on Linux {@code /proc} tells; elsewhere nothing is found to be forbidden. */
    public static LowPorts ofThisSystem() {
        return new LowPorts(Path.of("/proc"));
    }

    /** On a tree of files that looks like {@code /proc}. */
    static LowPorts in(Path proc) {
        return new LowPorts(proc);
    }

    /** Whether a privilege is lacking for it. */
    public boolean isForbidden(int port) {
        return port < firstFree() && lacksTheRight();
    }

    /** The first port that takes no privilege. */
    int firstFree() {
        try {
            return Integer.parseInt(read("sys/net/ipv4/ip_unprivileged_port_start"));
        } catch (IOException | NumberFormatException unknown) {
            return USUAL_FIRST_FREE;
        }
    }

    private boolean lacksTheRight() {
        try {
            return read("self/status").lines().filter(line -> line.startsWith("CapEff:")).findFirst()
                    .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
                    .map(rights -> (rights >> CAP_NET_BIND_SERVICE & 1) == 0).orElse(false);
        } catch (IOException | NumberFormatException unknown) {
            return false;
        }
    }

    private String read(String file) throws IOException {
        try (InputStream input = Files.newInputStream(proc.resolve(file))) {
            // In one go: of a kernel's setting there is nothing but its first read, and readString's is of one byte.
            byte[] bytes = new byte[LONGEST];
            return new String(bytes, 0, Math.max(0, input.read(bytes)), StandardCharsets.ISO_8859_1).strip();
        }
    }
}
