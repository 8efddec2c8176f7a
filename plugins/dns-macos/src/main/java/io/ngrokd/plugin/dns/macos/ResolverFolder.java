package io.ngrokd.plugin.dns.macos;

import io.ngrokd.api.event.Change;
import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The folder {@code /etc/resolver}. Its entries in the journal: {@code files FOLDER}, it may hold files of ours;
 * {@code created FOLDER}, it was not there before us.
 *
 * <p>macOS reads every file that it finds in there, those that begin with a dot too: new ones are written beside the folder
 * and then moved in.
 */
final class ResolverFolder {

    static final String BELOW_ROOT = "etc/resolver";

    /** What we put beside the folder while we write; nothing else is deleted there. */
    private static final String TEMPORARY = ".ngrokd-resolver-";
    /** No file of that kind is larger; what lies there and is, is somebody's mistake. */
    private static final int LARGEST = 64 * 1024;

    private final Path folder;
    private final Journal journal;
    private final Disk disk;

    ResolverFolder(Path folder, Journal journal, Disk disk) {
        this.folder = folder;
        this.journal = journal;
        this.disk = disk;
    }

    /** What the folder holds: contents of our files by name, and the files of others by the domain that they are about. */
    record Scan(TreeMap<String, String> ours, TreeMap<String, Path> foreign) {}

    Path path() {
        return folder;
    }

    Path file(String domain) {
        return folder.resolve(domain);
    }

    /** @throws IOException when the folder, or a file of it, cannot be read */
    Scan scan() throws IOException {
        Scan scan = new Scan(new TreeMap<>(), new TreeMap<>());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                add(file, scan);
            }
        } catch (NoSuchFileException none) {
            return scan;
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        return scan;
    }

    private static void add(Path file, Scan scan) throws IOException {
        String name = file.getFileName().toString();
        if (!Files.isRegularFile(file) || Files.size(file) > LARGEST) {
            // A folder, a link to nothing: the name is taken all the same.
            ResolverFile.domain(name, "port 53").ifPresent(domain -> scan.foreign.put(domain, file));
            return;
        }
        String content;
        try {
            content = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (NoSuchFileException gone) {
            return;
        }
        if (ResolverFile.isOurs(content) && !Files.isSymbolicLink(file)) {
            scan.ours.put(name, content);
        } else {
            ResolverFile.domain(name, content).ifPresent(domain -> scan.foreign.put(domain, file));
            // Even when it is about another domain, or none: no second file can have its name.
            ResolverFile.domain(name, "port 53").ifPresent(domain -> scan.foreign.putIfAbsent(domain, file));
        }
    }

    /**
     * Makes a file of ours say this.
     *
     * @param replaces whether one of ours is there, to be replaced
     * @throws FileAlreadyExistsException when somebody made one of that name meanwhile
     * @throws IOException when it says what it said before
     */
    void write(String domain, String content, boolean replaces) throws IOException {
        journal.record("files " + folder);
        if (!Files.isDirectory(folder)) {
            journal.record("created " + folder);
            disk.makeFolder(folder);
        }
        Path temporary = disk.writeTemporary(folder.toRealPath().getParent(), TEMPORARY, content);
        try {
            if (replaces) {
                disk.replace(temporary, file(domain));
            } else {
                disk.link(temporary, file(domain));
            }
        } catch (IOException failure) {
            Files.deleteIfExists(temporary);
            throw failure;
        }
        if (Files.exists(temporary)) {
            disk.delete(temporary);
        }
    }

    /**
     * What comes and goes, line by line where a file becomes another one; changes nothing.
     *
     * @param content what every file of ours is to say
     */
    List<Change> changes(Scan scan, Routing routing, String content) {
        List<Change> changes = new ArrayList<>();
        for (String name : scan.ours().keySet()) {
            if (!routing.files().contains(name)) {
                changes.add(Change.remove(Change.FILE, file(name).toString()));
            }
        }
        for (String domain : routing.files()) {
            String before = scan.ours().get(domain);
            if (before == null) {
                changes.add(Change.add(Change.FILE, file(domain).toString()));
                content.lines().skip(1).forEach(line -> changes.add(Change.add(Change.FILE_LINE, line)));
            } else {
                List<String> old = before.lines().toList();
                List<String> wanted = content.lines().toList();
                old.stream().filter(line -> !wanted.contains(line)).forEach(line ->
                        changes.add(Change.remove(Change.FILE_LINE, line.replaceAll("\\p{Cntrl}", "?")).noted("in " + file(domain))));
                wanted.stream().filter(line -> !old.contains(line)).forEach(line ->
                        changes.add(Change.add(Change.FILE_LINE, line).noted("in " + file(domain))));
            }
        }
        routing.failed().forEach((domain, failure) -> changes.add(Change.blocked(Change.FILE,
                folder + "/" + domain.replaceAll("\\p{Cntrl}", "?"), failure.message())));
        return changes;
    }

    /** Deletes one of our files, if it still bears our mark. */
    void delete(String name) throws IOException {
        Path file = file(name);
        try {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && ResolverFile.isOurs(Files.readString(file))) {
                disk.delete(file);
            }
        } catch (NoSuchFileException gone) {
            return;
        }
    }

    /** After all files of ours are gone: the folder goes too, if it is empty and was made by us; the journal forgets both. */
    void leave() throws IOException {
        if (journal.entries().contains("created " + folder)) {
            try {
                disk.delete(folder);
            } catch (DirectoryNotEmptyException inUse) {
                // Somebody else has files there now: then it stays, and is no longer ours.
            }
            journal.forget("created " + folder);
        }
        journal.forget("files " + folder);
    }

    /** What a killed daemon left beside the folder. */
    void removeLeftovers() throws IOException {
        Path parent = Files.exists(folder) ? folder.toRealPath().getParent() : folder.getParent();
        if (!Files.isDirectory(parent)) {
            return;
        }
        List<Path> leftovers = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(parent, TEMPORARY + "*")) {
            files.forEach(leftovers::add);
        } catch (DirectoryIteratorException unreadable) {
            throw unreadable.getCause();
        }
        for (Path leftover : leftovers) {
            if (Files.isRegularFile(leftover, LinkOption.NOFOLLOW_LINKS)) {
                disk.delete(leftover);
            }
        }
    }
}
