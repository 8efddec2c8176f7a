package io.ngrokd.kit.system;

import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Remembers writes in place that are under way, in a plugin's journal. The entry is {@code backup BACKUP for PATH}: the file at
 * PATH is being written, and the backup has what it said before.
 */
public final class WriteJournal {

    private static final String BACKUP = "backup ";
    private static final String FOR = " for ";

    private final Journal journal;

    public WriteJournal(Journal journal) {
        this.journal = journal;
    }

    void recordBackup(Path file, Path backup) throws IOException {
        journal.record(BACKUP + backup + FOR + file);
    }

    void forgetBackup(Path file, Path backup) throws IOException {
        journal.forget(BACKUP + backup + FOR + file);
    }

    /** The backup of a write that was not finished. */
    Optional<Path> backup(Path file) {
        return journal.entries().stream()
                .filter(entry -> entry.startsWith(BACKUP) && entry.endsWith(FOR + file))
                .map(entry -> Path.of(entry.substring(BACKUP.length(), entry.length() - (FOR + file).length())))
                .findFirst();
    }
}
