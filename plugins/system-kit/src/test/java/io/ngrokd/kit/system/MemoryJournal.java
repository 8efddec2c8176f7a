package io.ngrokd.kit.system;

import io.ngrokd.api.spi.Journal;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

class MemoryJournal implements Journal {

    private final Set<String> entries = new LinkedHashSet<>();

    @Override
    public void record(String entry) {
        entries.add(entry);
    }

    @Override
    public void forget(String entry) {
        entries.remove(entry);
    }

    @Override
    public List<String> entries() {
        return List.copyOf(entries);
    }
}
