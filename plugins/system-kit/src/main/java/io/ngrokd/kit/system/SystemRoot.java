package io.ngrokd.kit.system;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The system's files below a folder that stands for {@code /}. Symbolic links are followed as the system sees them: one that
 * points to {@code /run/x} leads to {@code x} in the {@code run} of that folder.
 *
 * @param folder absolute
 */
public record SystemRoot(Path folder) {

    private static final int LINKS_FOLLOWED = 40;
    private static final List<String> PROGRAMS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin");

    public SystemRoot {
        folder = folder.toAbsolutePath().normalize();
    }

    /**
     * Where the bytes of a file are, which need not exist.
     *
     * @param name absolute as the system names it: {@code /etc/resolv.conf}
     */
    public Path real(String name) throws IOException {
        Deque<String> left = new ArrayDeque<>(parts(name));
        Path at = folder;
        for (int links = 0; !left.isEmpty();) {
            String part = left.pop();
            if (part.equals("..")) {
                at = at.equals(folder) ? folder : at.getParent();
                continue;
            }
            Path next = at.resolve(part);
            if (!Files.isSymbolicLink(next)) {
                at = next;
                continue;
            }
            if (++links > LINKS_FOLLOWED) {
                throw new FileSystemLoopException(name);
            }
            String target = Files.readSymbolicLink(next).toString();
            parts(target).reversed().forEach(left::push);
            if (target.startsWith("/")) {
                at = folder;
            }
        }
        return at;
    }

    /** The name by which the system knows a file below the folder. */
    public String name(Path file) {
        return "/" + folder.relativize(file).toString().replace('\\', '/');
    }

    /** Where a program is that can be run. */
    public Optional<Path> program(String program) {
        for (String place : PROGRAMS) {
            try {
                Path found = real(place + "/" + program);
                if (Files.isRegularFile(found) && Files.isExecutable(found)) {
                    // By its own name: some programs look at the name by which they are called.
                    return Optional.of(folder.resolve(place.substring(1)).resolve(program));
                }
            } catch (IOException unreadable) {
                continue;
            }
        }
        return Optional.empty();
    }

    private static List<String> parts(String name) {
        return List.of(name.split("/")).stream().filter(part -> !part.isEmpty() && !part.equals(".")).toList();
    }
}
