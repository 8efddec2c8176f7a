package io.ngrokd.daemon.soak;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.random.RandomGenerator;

/**
 * Where a connection breaks off: after so many bytes in one direction, by a reset or by an ordinary close.
 *
 * @param atWrite bytes written until then; never when negative
 * @param atRead bytes read until then; never when negative
 */
record Cut(long atWrite, long atRead, boolean reset) {

    static final Cut NEVER = new Cut(-1, -1, false);

    private static final double LONGEST_LOGARITHM = Math.log(200_000);

    /** The connection was cut on purpose. */
    static final class Made extends IOException {

        private static final long serialVersionUID = 1L;

        Made() {
            super("cut on purpose");
        }
    }

    /** A cut with this probability; short positions are as likely as long ones. */
    static Cut maybe(RandomGenerator random, double probability) {
        if (random.nextDouble() >= probability) {
            return NEVER;
        }
        long position = (long) Math.exp(random.nextDouble() * LONGEST_LOGARITHM) - 1;
        return random.nextBoolean() ? new Cut(position, -1, random.nextBoolean()) : new Cut(-1, position, random.nextBoolean());
    }

    OutputStream writer(Socket socket) throws IOException {
        return new FilterOutputStream(socket.getOutputStream()) {
            private long left = atWrite;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (atWrite < 0 || length <= left) {
                    out.write(bytes, offset, length);
                    left -= length;
                } else {
                    out.write(bytes, offset, (int) left);
                    make(socket);
                }
            }
        };
    }

    InputStream reader(Socket socket) throws IOException {
        return new FilterInputStream(socket.getInputStream()) {
            private long left = atRead;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (atRead < 0) {
                    return in.read(bytes, offset, length);
                }
                if (left == 0) {
                    make(socket);
                }
                int count = in.read(bytes, offset, (int) Math.min(length, left));
                left -= Math.max(0, count);
                return count;
            }
        };
    }

    private void make(Socket socket) throws IOException {
        if (reset) {
            socket.setSoLinger(true, 0);
        }
        socket.close();
        throw new Made();
    }
}
