package io.ngrokd.ctl.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that fails when more comes out of it than anybody means to read. */
final class LimitedInputStream extends FilterInputStream {

    private final long limit;
    private long left;

    LimitedInputStream(InputStream input, long limit) {
        super(input);
        this.limit = limit;
        this.left = limit;
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        count(read < 0 ? 0 : 1);
        return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = super.read(target, offset, length);
        count(Math.max(read, 0));
        return read;
    }

    private void count(int read) throws IOException {
        left -= read;
        if (left < 0) {
            throw new IOException("it is longer than " + limit / (1024 * 1024) + " MB");
        }
    }
}
