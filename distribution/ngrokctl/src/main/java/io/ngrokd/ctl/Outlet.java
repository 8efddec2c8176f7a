package io.ngrokd.ctl;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The standard output, which remembers that it failed: print streams forget what went wrong. */
final class Outlet extends FilterOutputStream {

    /** The output cannot be written; said once, when the command is over. */
    static final class Unwritten extends IOException {

        private static final long serialVersionUID = 1;

        private Unwritten(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private Unwritten failure;

    Outlet(OutputStream output) {
        super(new BufferedOutputStream(output, 1 << 16));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException broken) {
            throw remember(broken);
        }
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException broken) {
            throw remember(broken);
        }
    }

    private Unwritten remember(IOException broken) {
        failure = new Unwritten(broken);
        return failure;
    }

    /** What went wrong, or null. */
    IOException failure() {
        return failure;
    }
}
