package io.ngrokd.api.spi;

import java.io.IOException;
import java.util.List;

/**
 * What a backend has changed outside the daemon's own folder and must undo one day. It outlives the process: after a
 * crash the kernel makes the backend again and calls its {@code undo()}, which finds here what there is to undo.
 *
 * <p>An entry is a short line of the backend's own making, such as {@code device ngrokd0}. Safe for use by several
 * threads.
 */
public interface Journal {

    /**
     * Remembers an entry; on disk when this returns. Call it <em>before</em> making the change. Known entries are kept once.
     *
     * @throws IOException when it could not be written: do not make the change
     */
    void record(String entry) throws IOException;

    /**
     * Forgets an entry, after its change was undone. Unknown entries are no error.
     *
     * @throws IOException when it could not be written
     */
    void forget(String entry) throws IOException;

    /** All entries, oldest first. */
    List<String> entries();
}
