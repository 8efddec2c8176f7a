package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.Finding;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.kit.system.FileFailure;
import io.ngrokd.kit.system.FileState;
import io.ngrokd.kit.system.LineDiff;
import io.ngrokd.kit.system.SafeFile;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the managed section of one hosts file.
 *
 * <p>Every request reads the file again: somebody may have edited it, and what was wrong then is put right.
 */
final class HostsFile implements HostsWriter {

    private static final Logger LOG = LoggerFactory.getLogger(HostsFile.class);
    private static final FileFailure FAILURE =
            new FileFailure(HostsFileFactory.NAME, "set NGROKD_HOSTS_PATH to a file that it may write");
    private static final int ATTEMPTS = 10;
    /** Five seconds: whoever writes without a rest for longer must bear that we write too. */
    private static final int LOOKS = 50;
    /** A daemon that stops has a second for this: half of one is for waiting. */
    private static final int LAST_LOOKS = 5;

    private final Path file;
    private final HostsJournal journal;
    private final SafeFile disk;
    private final Settling settling;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    HostsFile(Path file, HostsJournal journal, Settling settling) {
        this.file = file;
        this.journal = journal;
        this.settling = settling;
        this.disk = new SafeFile(journal.writes());
    }

    @Override
    public NamesReply apply(NamesRequest request) throws StageException {
        oneAtATime.lock();
        try {
            leaveOtherFiles();
            HostsLines wanted = HostsLines.of(request.names());
            wanted.refused().forEach((name, failure) -> LOG.warn("Name left out reason=\"{}\"", failure.message()));
            write(file, wanted.lines(), LOOKS);
            return new NamesReply(wanted.refused());
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            StageException failed = null;
            for (Path each : allFiles()) {
                try {
                    write(each, List.of(), LAST_LOOKS);
                } catch (StageException failure) {
                    if (failed == null) {
                        failed = failure;
                    } else {
                        failed.addSuppressed(failure);
                    }
                }
            }
            if (failed != null) {
                throw failed;
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    /** The configured one too: the Go daemon left its section there without an entry in our journal. */
    private Set<Path> allFiles() {
        Set<Path> files = new LinkedHashSet<>(journal.files());
        files.add(file);
        return files;
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<NamesRequest> asked) throws StageException {
        oneAtATime.lock();
        try {
            HostsLines wanted = HostsLines.of(asked.request().map(NamesRequest::names).orElse(Collections.emptySortedMap()));
            List<Change> changes = new ArrayList<>();
            for (Path each : allFiles()) {
                boolean ours = each.equals(file);
                List<Change> there = plan(each, ours ? wanted.lines() : List.of(), asked.fromScratch());
                there.forEach(change -> changes.add(ours ? change : change.noted("in " + each)));
            }
            wanted.refused().forEach((name, failure) -> changes.add(Change.blocked(Change.FILE_LINE, printable(name), failure.message())));
            return Optional.of(changes);
        } finally {
            oneAtATime.unlock();
        }
    }

    private List<Change> plan(Path target, List<String> lines, boolean fromScratch) throws StageException {
        try {
            FileState seen = FileState.read(target);
            Edit edit = edit(target, seen, lines);
            byte[] before = fromScratch ? ManagedSection.write(edit.before(), List.of()).content() : seen.content();
            List<Change> changes = new ArrayList<>(LineDiff.of(target.toString(), text(before), text(edit.after().content())));
            if (edit.deletes()) {
                changes.add(Change.remove(Change.FILE, target.toString()));
            } else if (!seen.exists() && !lines.isEmpty()) {
                changes.addFirst(Change.add(Change.FILE, target.toString()));
            }
            if (edit.isNeeded()) {
                SafeFile.requireWritable(seen);
            }
            return changes;
        } catch (IOException unreadable) {
            throw FAILURE.of(unreadable, target);
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public String description() {
        return file.toString();
    }

    @Override
    public Optional<Finding> inspect(String name, InetAddress address) {
        return Optional.of(HostsLook.of(file, name, address));
    }

    /** A section in a file that was configured before would go on sending clients to addresses that may be gone. */
    private void leaveOtherFiles() {
        for (Path other : journal.files()) {
            if (!other.equals(file)) {
                try {
                    write(other, List.of(), LOOKS);
                } catch (StageException failure) {
                    LOG.warn("Could not clean the hosts file used before; tried again later file={} reason=\"{}\"",
                            other, failure.getMessage());
                }
            }
        }
    }

    private void write(Path target, List<String> lines, int mostLooks) throws StageException {
        try {
            disk.recover(target);
            int attempts = 0;
            int looks = 0;
            while (attempts < ATTEMPTS) {
                switch (attempt(target, lines, looks < mostLooks)) {
                    case DONE -> {
                        if (lines.isEmpty()) {
                            journal.forgetFile(target);
                        }
                        return;
                    }
                    case UNSETTLED -> looks++;
                    case CHANGED -> {
                        attempts++;
                        LOG.info("Another program changed the file meanwhile, starting over file={}", target);
                    }
                }
                settling.pause();
            }
        } catch (IOException failure) {
            throw FAILURE.of(failure, target);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw FAILURE.interrupted(target);
        }
        throw FAILURE.fought(target);
    }

    private enum Outcome {
        DONE,
        /** Somebody wrote it a moment ago, and may not be done. */
        UNSETTLED,
        /** Under our hands. */
        CHANGED
    }

    /**
     * What is to become of a file.
     *
     * @param deletes whether nothing of it is left that is not ours
     */
    private record Edit(ManagedSection.Edited before, ManagedSection.Edited after, boolean deletes) {

        boolean isNeeded() {
            return deletes || !Arrays.equals(before.content(), after.content());
        }
    }

    private Edit edit(Path target, FileState seen, List<String> lines) {
        ManagedSection.Edited before = new ManagedSection.Edited(seen.content(), journal.ownLineEnd(target));
        ManagedSection.Edited after = ManagedSection.write(before, lines);
        return new Edit(before, after, lines.isEmpty() && after.content().length == 0 && seen.exists() && journal.wasCreated(target));
    }

    private Outcome attempt(Path target, List<String> lines, boolean patient) throws IOException {
        if (!lines.isEmpty()) {
            journal.recordFile(target);
        }
        FileState seen = FileState.read(target);
        Edit edit = edit(target, seen, lines);
        ManagedSection.Edited after = edit.after();
        boolean ends = edit.deletes();
        if (!edit.isNeeded()) {
            return Outcome.DONE;
        }
        if (patient && !settling.isSettled(seen)) {
            return Outcome.UNSETTLED;
        }
        if (ends) {
            boolean deleted = disk.delete(target, seen);
            if (deleted) {
                LOG.info("Deleted the hosts file, which was made for the section alone file={}", target);
            }
            return deleted ? Outcome.DONE : Outcome.CHANGED;
        }
        if (!seen.exists()) {
            journal.recordCreated(target);
        }
        if (!lines.isEmpty()) {
            journal.recordOwnLineEnd(target, after.ownLineEnd());
        }
        boolean written = disk.replace(target, seen, after.content());
        if (written) {
            settling.wrote(seen, after.content());
            LOG.info("Wrote the managed section file={} lines={}", target, lines.size());
        }
        return written ? Outcome.DONE : Outcome.CHANGED;
    }
}
