package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.spi.Journal;
import io.ngrokd.kit.system.WriteJournal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What must be undone, besides unfinished writes ({@link WriteJournal}):
 *
 * <ul>
 *   <li>{@code file PATH}: it may have our section
 *   <li>{@code created PATH}: it did not exist before us
 *   <li>{@code resolvconf KEY}: resolvconf may have a record of ours under this name
 * </ul>
 */
final class WayJournal {

    private static final String FILE = "file ";
    private static final String CREATED = "created ";
    private static final String RESOLVCONF = "resolvconf ";

    private final Journal journal;

    WayJournal(Journal journal) {
        this.journal = journal;
    }

    WriteJournal writes() {
        return new WriteJournal(journal);
    }

    List<Path> files() {
        return names(FILE).stream().map(Path::of).toList();
    }

    Optional<String> resolvconfKey() {
        return names(RESOLVCONF).stream().findFirst();
    }

    boolean wasCreated(Path file) {
        return journal.entries().contains(CREATED + file);
    }

    void recordFile(Path file) throws IOException {
        record(FILE + file);
    }

    void recordCreated(Path file) throws IOException {
        record(CREATED + file);
    }

    void recordResolvconf(String key) throws IOException {
        record(RESOLVCONF + key);
    }

    void forgetFile(Path file) throws IOException {
        forget(CREATED + file);
        forget(FILE + file);
    }

    void forgetResolvconf(String key) throws IOException {
        forget(RESOLVCONF + key);
    }

    private List<String> names(String kind) {
        return journal.entries().stream().filter(entry -> entry.startsWith(kind)).map(entry -> entry.substring(kind.length())).toList();
    }

    private void record(String entry) throws IOException {
        if (!journal.entries().contains(entry)) {
            journal.record(entry);
        }
    }

    private void forget(String entry) throws IOException {
        if (journal.entries().contains(entry)) {
            journal.forget(entry);
        }
    }
}
