package io.ngrokd.api.spi;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NamesReply;
import io.ngrokd.api.event.NamesRequest;

/** Makes exact names resolve on this machine. */
public interface HostsWriter {

    /**
     * Makes the managed section say exactly what the request says; not a byte outside it changes, and nothing is
     * written when nothing changed.
     *
     * @throws StageException when the file could not be read or written; what it said before still stands
     */
    NamesReply apply(NamesRequest request) throws StageException;

    /**
     * Removes the managed section, this process's or an earlier one's. Nothing to undo is no error.
     *
     * @throws StageException when the section is still there
     */
    void undo() throws StageException;

    /** Where it writes, for the status: "/etc/hosts". */
    String description();
}
