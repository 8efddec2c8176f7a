package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;

/** Finds the end of a body in bytes that pass by. Changes nothing and keeps nothing of them. */
abstract sealed class BodyFramer permits BodyFramer.Sized, BodyFramer.UntilClose, ChunkedFramer {

    /** How many of the readable bytes, from the first on, belong to this body. */
    abstract int take(ByteBuf bytes) throws HttpViolation;

    /** Whether the body is over. */
    abstract boolean isDone();

    static BodyFramer none() {
        return new Sized(0);
    }

    static BodyFramer sized(long length) {
        return new Sized(length);
    }

    static BodyFramer chunked() {
        return new ChunkedFramer();
    }

    static BodyFramer untilClose() {
        return new UntilClose();
    }

    /** A body whose length is known; zero is no body. */
    static final class Sized extends BodyFramer {

        private long left;

        private Sized(long length) {
            left = length;
        }

        @Override
        int take(ByteBuf bytes) {
            int taken = (int) Math.min(left, bytes.readableBytes());
            left -= taken;
            return taken;
        }

        @Override
        boolean isDone() {
            return left == 0;
        }
    }

    /** A response's body that lasts as long as its connection. */
    static final class UntilClose extends BodyFramer {

        private UntilClose() {}

        @Override
        int take(ByteBuf bytes) {
            return bytes.readableBytes();
        }

        @Override
        boolean isDone() {
            return false;
        }
    }
}
