package io.ngrokd.contract.hosts;

import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A journal that survives the death of its process. */
final class FileJournal implements Journal {

    private final Path file;

    FileJournal(Path file) {
        this.file = file;
    }

    @Override
    public synchronized void record(String entry) throws IOException {
        List<String> entries = new ArrayList<>(entries());
        if (!entries.contains(entry)) {
            entries.add(entry);
            save(entries);
        }
    }

    @Override
    public synchronized void forget(String entry) throws IOException {
        List<String> entries = new ArrayList<>(entries());
        if (entries.remove(entry)) {
            save(entries);
        }
    }

    @Override
    public synchronized List<String> entries() {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void save(List<String> entries) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(temporary, entries);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
