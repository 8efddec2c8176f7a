package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;

/**
 * Looks for the end of a head in bytes that keep coming, each byte once, and refuses what no head may hold as soon as it
 * shows up: bare CR, bare LF, control characters.
 */
final class HeadScanner {

    private final int longestStartLine;
    private final int longestHead;
    private int position;
    private int lineStart;
    private int lines;
    private boolean carriageReturn;

    HeadScanner(HttpSettings settings) {
        longestStartLine = settings.longestStartLine();
        longestHead = settings.longestHead();
    }

    /** Forgets everything, for the next head. */
    void reset() {
        position = 0;
        lineStart = 0;
        lines = 0;
        carriageReturn = false;
    }

    /**
     * Looks at the bytes that were not there the last time; the readable bytes must begin where they did then.
     *
     * @return the length of the head including its empty line, or -1 as long as it is not complete
     */
    int scan(ByteBuf bytes) throws HttpViolation {
        int start = bytes.readerIndex();
        int end = bytes.readableBytes();
        while (position < end) {
            int c = bytes.getUnsignedByte(start + position);
            if (carriageReturn) {
                if (c != '\n') {
                    throw HttpViolation.bad("a carriage return stands alone in the head");
                }
                carriageReturn = false;
                if (position - 1 == lineStart) {
                    if (lines == 0) {
                        throw HttpViolation.bad("the head begins with an empty line");
                    }
                    return position + 1;
                }
                lines++;
                lineStart = position + 1;
            } else if (c == '\r') {
                carriageReturn = true;
            } else if (c == '\n') {
                throw HttpViolation.bad("a line feed stands alone in the head");
            } else if (Characters.isControl(c)) {
                throw HttpViolation.bad("the head holds a control character");
            }
            position++;
            if (lines == 0 && position > longestStartLine + 2) {
                throw new HttpViolation(414, "the first line is longer than " + longestStartLine + " bytes");
            }
            if (position >= longestHead) {
                throw new HttpViolation(431, "the head is longer than " + longestHead + " bytes");
            }
        }
        return -1;
    }
}
