package io.ngrokd.ctl.client;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** How the daemon's HTTP is reached. */
interface Way {

    /** An open connection; closing it from another thread ends whatever blocks on it. */
    interface Connection extends Closeable {
        InputStream input() throws IOException;

        OutputStream output() throws IOException;
    }

    /** Prepares a connection; what may take long is in {@link #connect}. */
    Connection open() throws IOException;

    /** Connects. */
    void connect(Connection connection) throws IOException;

    /** Why that failed, and what to do about it. */
    CommandFailure explain(IOException failure);

    /** For the {@code Host} header. */
    String host();

    /** For messages. */
    String name();
}
