package io.ngrokd.kit.listener;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
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

    private final Path proc;

    LinuxPortHolders() {
        this(Path.of("/proc"));
    }

    /** On a tree of files that looks like {@code /proc}. */
    LinuxPortHolders(Path proc) {
        this.proc = proc;
    }

    @Override
    public Optional<String> holder(InetAddress address, int port) {
        List<SocketRow> rows = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            rows.addAll(read(proc.resolve("self/net").resolve(table)));
        }
        // One that listens explains it best; but a client's connection from this port keeps us off it as well.
        List<SocketRow> inTheWay = rows.stream()
                .filter(row -> row.isInTheWayOf(address, port))
                .sorted(Comparator.comparing(SocketRow::isListening).reversed())
                .toList();
        if (inTheWay.isEmpty()) {
            return Optional.empty();
        }
        Set<String> links = inTheWay.stream().map(row -> "socket:[" + row.inode() + "]").collect(Collectors.toCollection(LinkedHashSet::new));
        return process(links).or(() -> inTheWay.stream().filter(row -> !row.inode().equals("0")).findFirst()
                .map(row -> "a program of the user with the id " + row.user()));
    }

    private static List<SocketRow> read(Path table) {
        try {
            return Files.readAllLines(table, StandardCharsets.US_ASCII).stream().skip(1).flatMap(line -> SocketRow.parse(line).stream()).toList();
        } catch (IOException absent) {
            LOG.debug("No table of sockets. file={} cause={}", table, absent.toString());
            return List.of();
        }
    }

    /** The first process that has one of the sockets: of a server with workers, the one that started them. */
    private Optional<String> process(Set<String> links) {
        try (Stream<Path> entries = Files.list(proc)) {
            return entries.filter(entry -> entry.getFileName().toString().matches("[0-9]{1,10}"))
                    .sorted(Comparator.comparingLong(LinuxPortHolders::pid))
                    .filter(process -> hasOneOf(links, process))
                    .findFirst()
                    .map(this::describe);
        } catch (IOException | UncheckedIOException unreadable) {
            LOG.debug("Processes cannot be listed. cause={}", unreadable.toString());
            return Optional.empty();
        }
    }

    private static boolean hasOneOf(Set<String> links, Path process) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> isOneOf(links, descriptor));
        } catch (IOException | UncheckedIOException goneOrNotOurs) {
            return false;
        }
    }

    private static boolean isOneOf(Set<String> links, Path descriptor) {
        try {
            return links.contains(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException gone) {
            return false;
        }
    }

    private String describe(Path process) {
        if (pid(process) == ProcessHandle.current().pid()) {
            return "this daemon itself (pid " + pid(process) + ")";
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
