package io.ngrokd.ctl;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** The standard output, which remembers that it failed: print streams forget what went wrong. */
final class Outlet extends FilterOutputStream {

    private IOException failure;

    Outlet(OutputStream output) {
        super(new BufferedOutputStream(output, 1 << 16));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException broken) {
            failure = broken;
            throw broken;
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
            failure = broken;
            throw broken;
        }
    }

    /** What went wrong, or null. */
    IOException failure() {
        return failure;
    }
}
