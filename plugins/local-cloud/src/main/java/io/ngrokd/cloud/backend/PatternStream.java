package io.ngrokd.cloud.backend;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Writes a given number of bytes, of which the one at offset i is i modulo 251, as fast as they are taken. */
final class PatternStream {

    /** Prime, so that a shift by any power of two shows. */
    private static final int PERIOD = 251;
    private static final int BLOCK = PERIOD * 64;

    private final HttpServerResponse response;
    private final Buffer block;
    private long left;

    PatternStream(HttpServerResponse response, long length) {
        this.response = response;
        this.left = length;
        byte[] pattern = new byte[BLOCK];
        for (int index = 0; index < BLOCK; index++) {
            pattern[index] = (byte) (index % PERIOD);
        }
        this.block = Buffer.buffer(pattern);
    }

    void run() {
        response.drainHandler(_ -> pump());
        pump();
    }

    private void pump() {
        if (response.ended() || response.closed()) {
            return;
        }
        while (left > 0 && !response.writeQueueFull()) {
            int length = (int) Math.min(left, BLOCK);
            left -= length;
            response.write(block.slice(0, length));
        }
        if (left == 0) {
            response.end();
        }
    }
}
