package io.ngrokd.cloud.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Resolves names as the reader's own tools will: with the system, or from the demo's own hosts file. */
final class Names {

    private static final String SECTION_BEGIN = "# BEGIN ngrokd managed section";

    private final Optional<Path> hostsFile;

    Names(Optional<Path> hostsFile) {
        this.hostsFile = hostsFile;
    }

    Optional<String> resolve(String name) throws IOException {
        if (hostsFile.isPresent()) {
            return inHostsFile(hostsFile.get(), name);
        }
        try {
            return Optional.of(InetAddress.getByName(name).getHostAddress());
        } catch (UnknownHostException e) {
            // The JVM remembers for a while that a name was unknown; the file is what it would have asked.
            return inHostsFile(Path.of("/etc/hosts"), name);
        }
    }

    /** The address that a hosts file gives a name. Not asked of the system: the JVM remembers what it once resolved. */
    static Optional<String> inHostsFile(Path file, String name) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return lines(file).stream().map(line -> line.replaceAll("#.*", "").strip().split("\\s+"))
                .filter(words -> Arrays.stream(words).skip(1).anyMatch(name::equalsIgnoreCase))
                .map(words -> words[0]).findFirst();
    }

    /** Whether a daemon keeps, or has left, its section in that file. */
    static boolean hasManagedSection(Path file) throws IOException {
        return Files.exists(file) && lines(file).contains(SECTION_BEGIN);
    }

    /** A comment may be in any encoding, and what counts here is ASCII. */
    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }
}
