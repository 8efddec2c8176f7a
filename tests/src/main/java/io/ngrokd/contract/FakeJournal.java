package io.ngrokd.contract;

import io.ngrokd.api.spi.Journal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A journal in memory. Hand the same one to a second backend to see what a fresh process would find. */
public final class FakeJournal implements Journal {

    private final Set<String> entries = new LinkedHashSet<>();

    @Override
    public synchronized void record(String entry) {
        entries.add(entry);
    }

    @Override
    public synchronized void forget(String entry) {
        entries.remove(entry);
    }

    @Override
    public synchronized List<String> entries() {
        return List.copyOf(entries);
    }
}
