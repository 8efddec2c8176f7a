package io.ngrokd.contract;

import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A journal for tests: in memory, or in a file that another process may go on with. It can be told to fail as a full
 * disk does.
 */
public final class FakeJournal implements Journal {

    private final Optional<Path> file;
    private final List<String> entries;
    private boolean broken;

    private FakeJournal(Optional<Path> file, List<String> entries) {
        this.file = file;
        this.entries = new ArrayList<>(entries);
    }

    /** One that lives as long as the object: hand it to a second backend to play a second process. */
    public static FakeJournal inMemory() {
        return new FakeJournal(Optional.empty(), List.of());
    }

    /** One that goes on with what the file has. */
    public static FakeJournal inFile(Path file) throws IOException {
        return new FakeJournal(Optional.of(file), Files.exists(file) ? Files.readAllLines(file) : List.of());
    }

    /** From now on nothing can be written to it. */
    public synchronized void breakDown() {
        broken = true;
    }

    @Override
    public synchronized void record(String entry) throws IOException {
        refuseWhenBroken();
        if (!entries.contains(entry)) {
            entries.add(entry);
            save();
        }
    }

    @Override
    public synchronized void forget(String entry) throws IOException {
        refuseWhenBroken();
        if (entries.remove(entry)) {
            save();
        }
    }

    @Override
    public synchronized List<String> entries() {
        return List.copyOf(entries);
    }

    private void refuseWhenBroken() throws IOException {
        if (broken) {
            throw new IOException("no space left on device");
        }
    }

    private void save() throws IOException {
        if (file.isPresent()) {
            Files.write(file.get(), entries);
        }
    }
}
