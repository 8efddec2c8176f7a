package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.spi.Journal;
import io.ngrokd.kit.system.WriteJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What we remember beside the files that we write, besides unfinished writes ({@link WriteJournal}). The entries, each with the
 * path of a hosts file at its end:
 *
 * <ul>
 *   <li>{@code hosts PATH}: it may have our section
 *   <li>{@code created PATH}: it did not exist before us
 *   <li>{@code line-end 1 PATH}, or 2: so many bytes of line end before the section are ours
 * </ul>
 */
final class HostsJournal {

    private static final String HOSTS = "hosts ";
    private static final String CREATED = "created ";
    private static final String LINE_END = "line-end ";

    private final Journal journal;

    HostsJournal(Journal journal) {
        this.journal = journal;
    }

    /** All hosts files that may have our section, oldest first. */
    Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        for (String entry : journal.entries()) {
            if (entry.startsWith(HOSTS)) {
                files.add(Path.of(entry.substring(HOSTS.length())));
            }
        }
        return files;
    }

    void recordFile(Path file) throws IOException {
        journal.record(HOSTS + file);
    }

    void recordCreated(Path file) throws IOException {
        journal.record(CREATED + file);
    }

    boolean wasCreated(Path file) {
        return journal.entries().contains(CREATED + file);
    }

    int ownLineEnd(Path file) {
        List<String> entries = journal.entries();
        for (int length = 1; length <= 2; length++) {
            if (entries.contains(LINE_END + length + " " + file)) {
                return length;
            }
        }
        return 0;
    }

    /** To be called before the file is written, so that no entry speaks of a line end that is somebody else's. */
    void recordOwnLineEnd(Path file, int length) throws IOException {
        for (int other = 1; other <= 2; other++) {
            if (other != length && ownLineEnd(file) == other) {
                journal.forget(LINE_END + other + " " + file);
            }
        }
        if (length > 0) {
            journal.record(LINE_END + length + " " + file);
        }
    }

    /** Where unfinished writes are remembered. */
    WriteJournal writes() {
        return new WriteJournal(journal);
    }

    /** After the section is gone. */
    void forgetFile(Path file) throws IOException {
        recordOwnLineEnd(file, 0);
        journal.forget(CREATED + file);
        journal.forget(HOSTS + file);
    }
}
