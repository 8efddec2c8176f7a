package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.Set;

/** A chunked body with its extensions and trailers (RFC 9112, 7.1), without any of the leniencies that parsers differ in. */
final class ChunkedFramer extends BodyFramer {

    private static final int MOST_SIZE_DIGITS = 15;
    private static final int LONGEST_LINE = 4096;
    private static final int LONGEST_TRAILERS = 16 * 1024;
    /** Fields that say where a message goes or ends; behind the body they could only mislead somebody. */
    private static final Set<String> NO_TRAILERS = Set.of("content-length", "transfer-encoding", "host");

    private enum State {
        SIZE, EXTENSION, SIZE_END, DATA, DATA_RETURN, DATA_END, TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_END,
        LAST_END, DONE
    }

    private State state = State.SIZE;
    private long size;
    private int digits;
    private int lineBytes;
    private int trailerBytes;
    private final StringBuilder trailerName = new StringBuilder();

    @Override
    boolean isDone() {
        return state == State.DONE;
    }

    @Override
    int take(ByteBuf bytes) throws HttpViolation {
        int start = bytes.readerIndex();
        int length = bytes.readableBytes();
        int position = 0;
        while (position < length && state != State.DONE) {
            if (state == State.DATA) {
                int taken = (int) Math.min(size, length - position);
                size -= taken;
                position += taken;
                if (size == 0) {
                    state = State.DATA_RETURN;
                }
            } else {
                step(bytes.getUnsignedByte(start + position));
                position++;
            }
        }
        return position;
    }

    private void step(int c) throws HttpViolation {
        switch (state) {
            case SIZE -> size(c);
            case EXTENSION -> extension(c);
            case SIZE_END -> {
                expect(c, '\n');
                state = size == 0 ? State.TRAILER_START : State.DATA;
            }
            case DATA_RETURN -> {
                expect(c, '\r');
                state = State.DATA_END;
            }
            case DATA_END -> {
                expect(c, '\n');
                digits = 0;
                state = State.SIZE;
            }
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_END, LAST_END -> trailer(c);
            case DATA, DONE -> throw new IllegalStateException("no single bytes are read in " + state);
        }
    }

    private void size(int c) throws HttpViolation {
        int digit = c > 0x7F ? -1 : Character.digit(c, 16);
        if (digit >= 0) {
            if (++digits > MOST_SIZE_DIGITS) {
                throw HttpViolation.bad("a chunk is too large");
            }
            size = size << 4 | digit;
        } else if (digits == 0 || c != '\r' && c != ';') {
            throw HttpViolation.bad("a chunk's size is no number");
        } else {
            lineBytes = 0;
            state = c == '\r' ? State.SIZE_END : State.EXTENSION;
        }
    }

    private void extension(int c) throws HttpViolation {
        if (c == '\r') {
            state = State.SIZE_END;
        } else if (Characters.isControl(c)) {
            throw HttpViolation.bad("a chunk's extension holds a control character");
        } else if (++lineBytes > LONGEST_LINE) {
            throw HttpViolation.bad("a chunk's extension is too long");
        }
    }

    private void trailer(int c) throws HttpViolation {
        if (++trailerBytes > LONGEST_TRAILERS) {
            throw HttpViolation.bad("the trailers are too long");
        }
        switch (state) {
            case TRAILER_START -> {
                trailerName.setLength(0);
                if (c == '\r') {
                    state = State.LAST_END;
                } else {
                    state = State.TRAILER_NAME;
                    trailerName(c);
                }
            }
            case TRAILER_NAME -> trailerName(c);
            case TRAILER_VALUE -> {
                if (c == '\r') {
                    state = State.TRAILER_END;
                } else if (Characters.isControl(c)) {
                    throw HttpViolation.bad("a trailer holds a control character");
                }
            }
            case TRAILER_END -> {
                expect(c, '\n');
                state = State.TRAILER_START;
            }
            default -> {
                expect(c, '\n');
                state = State.DONE;
            }
        }
    }

    private void trailerName(int c) throws HttpViolation {
        if (c == ':' && !trailerName.isEmpty()) {
            if (NO_TRAILERS.contains(trailerName.toString().toLowerCase(Locale.ROOT))) {
                throw HttpViolation.bad("a trailer would change where the message goes or ends");
            }
            state = State.TRAILER_VALUE;
        } else if (Characters.isToken(c)) {
            trailerName.append((char) c);
        } else {
            throw HttpViolation.bad("a trailer's name is not followed by a colon, is empty or holds an illegal character");
        }
    }

    private static void expect(int c, char expected) throws HttpViolation {
        if (c != expected) {
            throw HttpViolation.bad("a line of a chunked body does not end with CRLF");
        }
    }
}
