package io.ngrokd.kernel.state;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journals of all backends in one file, {@code journal.json}: backend to entries. Gone when there is nothing to undo. */
public final class FileJournal {

    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, List<String>> entries;

    private FileJournal(Path file, Map<String, List<String>> entries) {
        this.file = file;
        this.entries = entries;
    }

    /** Reads the file; a corrupt one is set aside and reading goes on with an empty journal. */
    public static FileJournal open(Path file) throws IOException {
        Map<String, List<String>> entries = new TreeMap<>();
        if (Files.exists(file)) {
            try {
                Map<String, List<String>> stored = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, List<String>>>() {});
                if (stored != null) {
                    stored.forEach((backend, lines) -> entries.put(backend, lines == null ? new ArrayList<>() : new ArrayList<>(lines)));
                }
            } catch (JacksonException corrupt) {
                Path aside = CorruptFile.setAside(file);
                LOG.error("The journal was corrupt and is set aside; look for leftovers of an earlier run by hand. file={} aside={} cause={}",
                        file, aside, corrupt.getOriginalMessage());
            }
        }
        return new FileJournal(file, entries);
    }

    /** Reads the file and nothing more, for somebody who only wants to look: a corrupt one, or none, is an empty journal. */
    public static FileJournal look(Path file) {
        try {
            return new FileJournal(file, JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, List<String>>>() {}));
        } catch (IOException absentOrCorrupt) {
            LOG.debug("There is no journal to look at. file={} cause={}", file, absentOrCorrupt.toString());
            return new FileJournal(file, new TreeMap<>());
        }
    }

    /** The backends that have something to undo. */
    public synchronized Set<String> backends() {
        return new TreeSet<>(entries.keySet());
    }

    /** The journal of one backend. */
    public Journal of(String backend) {
        return new Journal() {
            @Override
            public void record(String entry) throws IOException {
                change(backend, entry, true);
            }

            @Override
            public void forget(String entry) throws IOException {
                change(backend, entry, false);
            }

            @Override
            public List<String> entries() {
                synchronized (FileJournal.this) {
                    return List.copyOf(entries.getOrDefault(backend, List.of()));
                }
            }
        };
    }

    private synchronized void change(String backend, String entry, boolean add) throws IOException {
        List<String> before = entries.getOrDefault(backend, List.of());
        if (before.contains(entry) == add) {
            return;
        }
        List<String> after = new ArrayList<>(before);
        if (add) {
            after.add(entry);
        } else {
            after.remove(entry);
        }
        Map<String, List<String>> all = new TreeMap<>(entries);
        if (after.isEmpty()) {
            all.remove(backend);
        } else {
            all.put(backend, after);
        }
        if (all.isEmpty()) {
            Files.deleteIfExists(file);
        } else {
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n", AtomicFile.PRIVATE);
        }
        entries.clear();
        entries.putAll(all);
    }
}
