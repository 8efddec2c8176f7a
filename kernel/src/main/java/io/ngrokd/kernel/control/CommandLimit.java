package io.ngrokd.kernel.control;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Ends a client's command that never ends. */
final class CommandLimit extends FilterInputStream {

    private static final int MOST = 64 << 10;

    private int left = MOST;

    CommandLimit(InputStream input) {
        super(input);
    }

    /** The client sent more than 64 KiB. */
    static final class Exceeded extends IOException {
        Exceeded() {
            super("more than 64 KiB");
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (left == 0) {
            throw new Exceeded();
        }
        int count = super.read(bytes, offset, Math.min(length, left));
        left -= Math.max(count, 0);
        return count;
    }
}
