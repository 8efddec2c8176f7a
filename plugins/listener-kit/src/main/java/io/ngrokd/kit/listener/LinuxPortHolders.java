package io.ngrokd.kit.listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code /proc}: the tables of sockets give a socket's inode and user, a process's descriptors say whose it is. Without
 * privileges only the descriptors of one's own processes can be read; then the user's number is all there is to say.
 */
final class LinuxPortHolders implements PortHolders {

    private static final Logger LOG = LoggerFactory.getLogger(LinuxPortHolders.class);

    private static final String NOBODY = "0";

    private final Path proc;
    private List<SocketRow> sockets;
    private Map<String, Path> owners;

    LinuxPortHolders() {
        this(Path.of("/proc"));
    }

    /** On a tree of files that looks like {@code /proc}. */
    LinuxPortHolders(Path proc) {
        this.proc = proc;
    }

    @Override
    public Optional<String> holder(InetAddress address, int port) {
        // One that listens explains it best; but a client's connection from this port keeps us off it as well.
        List<SocketRow> inTheWay = sockets().stream()
                .filter(row -> row.isInTheWayOf(address, port))
                .sorted(Comparator.comparing(SocketRow::isListening).reversed())
                .toList();
        if (inTheWay.isEmpty()) {
            return Optional.empty();
        }
        return inTheWay.stream().map(row -> owners().get(link(row))).filter(Objects::nonNull).findFirst()
                .map(this::describe)
                .or(() -> inTheWay.stream().filter(row -> !row.inode().equals(NOBODY)).findFirst()
                        .map(row -> "a program of the user with the id " + row.user()));
    }

    private synchronized List<SocketRow> sockets() {
        if (sockets == null) {
            sockets = Stream.of("tcp", "tcp6").flatMap(table -> read(proc.resolve("self/net").resolve(table))).toList();
        }
        return sockets;
    }

    private static Stream<SocketRow> read(Path table) {
        try {
            return Files.readAllLines(table, StandardCharsets.US_ASCII).stream().skip(1).flatMap(line -> SocketRow.parse(line).stream());
        } catch (IOException absent) {
            LOG.debug("No table of sockets. file={} cause={}", table, absent.toString());
            return Stream.empty();
        }
    }

    /** The processes by the links to their sockets; of several the first, which of a server with workers started them. */
    private synchronized Map<String, Path> owners() {
        if (owners == null) {
            owners = new HashMap<>();
            Set<String> known = sockets().stream().map(LinuxPortHolders::link).collect(Collectors.toSet());
            try (Stream<Path> entries = Files.list(proc)) {
                entries.filter(entry -> entry.getFileName().toString().matches("[0-9]{1,10}"))
                        .sorted(Comparator.comparingLong(LinuxPortHolders::pid))
                        .forEach(process -> links(process).filter(known::contains).forEach(link -> owners.putIfAbsent(link, process)));
            } catch (IOException | UncheckedIOException unreadable) {
                LOG.debug("Processes cannot be listed. cause={}", unreadable.toString());
            }
        }
        return owners;
    }

    private static String link(SocketRow row) {
        return "socket:[" + row.inode() + "]";
    }

    /** Where a process's descriptors lead; none when it is gone or not ours to look at. */
    private static Stream<String> links(Path process) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.flatMap(descriptor -> target(descriptor).stream()).toList().stream();
        } catch (IOException | UncheckedIOException goneOrNotOurs) {
            return Stream.empty();
        }
    }

    private static Optional<String> target(Path descriptor) {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private String describe(Path process) {
        if (pid(process) == ProcessHandle.current().pid()) {
            return OURSELVES + " (pid " + pid(process) + ")";
        }
        try {
            // A process names itself as it likes.
            String name = Files.readString(process.resolve("comm"), StandardCharsets.UTF_8).strip().replaceAll("\\p{Cntrl}", "?");
            return name + " (pid " + pid(process) + ")";
        } catch (IOException gone) {
            return "the process " + pid(process);
        }
    }

    private static long pid(Path process) {
        return Long.parseLong(process.getFileName().toString());
    }
}
