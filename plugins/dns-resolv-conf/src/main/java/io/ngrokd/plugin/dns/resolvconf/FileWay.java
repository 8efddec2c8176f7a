package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.kit.system.FileFailure;
import io.ngrokd.kit.system.FileState;
import io.ngrokd.kit.system.LineDiff;
import io.ngrokd.kit.system.SafeFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our section in a file. Only lines with our mark are ever touched: what others wrote meanwhile stays. */
final class FileWay implements Way {

    private static final Logger LOG = LoggerFactory.getLogger(FileWay.class);
    private static final FileFailure FAILURE = new FileFailure(ResolvConfFactory.NAME, "choose another way to route names in plugins.dns");
    private static final int ATTEMPTS = 10;

    private final Path file;
    private final WayJournal journal;
    private final SafeFile disk;
    private final boolean asksAllAtOnce;

    /** @param asksAllAtOnce whether the C library asks all servers of the file at the same time */
    FileWay(Path file, WayJournal journal, boolean asksAllAtOnce) {
        this.file = file;
        this.journal = journal;
        this.disk = new SafeFile(journal.writes());
        this.asksAllAtOnce = asksAllAtOnce;
    }

    @Override
    public boolean stands(InetSocketAddress server) throws StageException {
        try {
            String text = text(FileState.read(file));
            return journal.files().contains(file) && text.equals(with(text, server));
        } catch (IOException unreadable) {
            throw FAILURE.of(unreadable, file);
        }
    }

    @Override
    public void put(InetSocketAddress server) throws StageException {
        edit(text -> with(text, server), true);
    }

    @Override
    public void remove() throws StageException {
        edit(ManagedLines::remove, false);
        try {
            journal.forgetFile(file);
        } catch (IOException unwritable) {
            throw FAILURE.of(unwritable, file);
        }
    }

    @Override
    public List<Change> changes(Optional<InetSocketAddress> server) throws StageException {
        try {
            FileState seen = FileState.read(file);
            String before = text(seen);
            String after = server.isPresent() ? with(before, server.get()) : ManagedLines.remove(before);
            List<Change> changes = new ArrayList<>(LineDiff.of(file.toString(), before, after));
            if (deletes(seen, after, server.isPresent())) {
                changes.add(Change.remove(Change.FILE, file.toString()));
            } else if (!seen.exists() && server.isPresent()) {
                changes.addFirst(Change.add(Change.FILE, file.toString()));
            }
            if (!changes.isEmpty()) {
                SafeFile.requireWritable(seen);
            }
            return changes;
        } catch (IOException unreadable) {
            throw FAILURE.of(unreadable, file);
        }
    }

    private boolean deletes(FileState seen, String after, boolean puts) {
        return !puts && seen.exists() && after.isEmpty() && journal.wasCreated(file);
    }

    @Override
    public String description() {
        return file.toString();
    }

    private void edit(UnaryOperator<String> change, boolean puts) throws StageException {
        try {
            disk.recover(file);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (attempt(change, puts)) {
                    return;
                }
                LOG.info("Another program changed the file meanwhile, starting over file={}", file);
            }
        } catch (IOException failure) {
            throw FAILURE.of(failure, file);
        }
        throw FAILURE.fought(file);
    }

    private boolean attempt(UnaryOperator<String> change, boolean puts) throws IOException {
        if (puts) {
            journal.recordFile(file);
        }
        FileState seen = FileState.read(file);
        String before = text(seen);
        String after = change.apply(before);
        if (deletes(seen, after, puts)) {
            return disk.delete(file, seen);
        }
        if (before.equals(after)) {
            return true;
        }
        if (!seen.exists()) {
            journal.recordCreated(file);
        }
        boolean written = disk.replace(file, seen, after.getBytes(StandardCharsets.ISO_8859_1));
        if (written) {
            LOG.info(puts ? "Made our DNS server the first one file={}" : "Took our DNS server out file={}", file);
        }
        return written;
    }

    private String with(String text, InetSocketAddress server) {
        return ManagedLines.put(text, server, ManagedLines.mustStandAlone(text, asksAllAtOnce));
    }

    private static String text(FileState state) {
        return new String(state.content(), StandardCharsets.ISO_8859_1);
    }
}
