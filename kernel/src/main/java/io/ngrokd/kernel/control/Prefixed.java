package io.ngrokd.kernel.control;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream whose first bytes were read already. Reads from behind them only when they are used up, and never closes anything. */
final class Prefixed extends FilterInputStream {

    private final ByteArrayInputStream first;

    Prefixed(byte[] first, InputStream rest) {
        super(rest);
        this.first = new ByteArrayInputStream(first);
    }

    @Override
    public int read() throws IOException {
        return first.available() > 0 ? first.read() : super.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return first.available() > 0 ? first.read(bytes, offset, length) : super.read(bytes, offset, length);
    }

    @Override
    public void close() {
        // The connection's end is somebody else's affair.
    }
}
