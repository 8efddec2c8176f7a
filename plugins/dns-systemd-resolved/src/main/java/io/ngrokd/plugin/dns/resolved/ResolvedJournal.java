package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.util.List;

/**
 * What must be undone:
 *
 * <ul>
 *   <li>{@code routing LINK}: resolved has settings of ours for this interface
 *   <li>{@code link LINK}: the interface was made by us
 * </ul>
 */
final class ResolvedJournal {

    private static final String ROUTING = "routing ";
    private static final String LINK = "link ";

    private final Journal journal;

    ResolvedJournal(Journal journal) {
        this.journal = journal;
    }

    List<String> routing() {
        return names(ROUTING);
    }

    List<String> links() {
        return names(LINK);
    }

    void recordRouting(String link) throws StageException {
        record(ROUTING + link);
    }

    void recordLink(String link) throws StageException {
        record(LINK + link);
    }

    void forgetRouting(String link) throws StageException {
        forget(ROUTING + link);
    }

    void forgetLink(String link) throws StageException {
        forget(LINK + link);
    }

    private List<String> names(String kind) {
        return journal.entries().stream().filter(entry -> entry.startsWith(kind)).map(entry -> entry.substring(kind.length())).toList();
    }

    private void record(String entry) throws StageException {
        if (journal.entries().contains(entry)) {
            return;
        }
        try {
            journal.record(entry);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
    }

    private void forget(String entry) throws StageException {
        try {
            journal.forget(entry);
        } catch (IOException unwritable) {
            throw unwritable(unwritable);
        }
    }

    private static StageException unwritable(IOException failure) {
        return new StageException(FailureCode.INPUT_OUTPUT,
                "what must be undone could not be written down in ngrokd's state folder, so nothing was changed: " + failure.getMessage()
                        + "; make room or give ngrokd the right to write there", SystemdResolvedFactory.NAME, failure);
    }
}
