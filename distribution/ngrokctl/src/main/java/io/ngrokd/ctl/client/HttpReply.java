package io.ngrokd.ctl.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The head of an answer of HTTP/1.1, and its body to be read.
 *
 * @param body ends where the answer ends
 */
record HttpReply(int status, InputStream body) {

    private static final int LONGEST_LINE = 1 << 26;

    /** Something else than HTTP came back. */
    static final class NoHttp extends IOException {

        private static final long serialVersionUID = 1;

        NoHttp(String line) {
            super("that is no HTTP: " + line);
        }
    }

    static HttpReply read(InputStream raw) throws IOException {
        InputStream input = new BufferedInputStream(raw);
        String first = line(input);
        if (first == null) {
            throw new EOFException();
        }
        if (!first.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
            throw new NoHttp(first);
        }
        long length = -1;
        boolean chunked = false;
        for (String header = line(input); header != null && !header.isEmpty(); header = line(input)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.matches("content-length:\\s*\\d{1,18}\\s*")) {
                length = Long.parseLong(lower.substring(lower.indexOf(':') + 1).strip());
            }
            chunked |= lower.matches("transfer-encoding:.*chunked\\s*");
        }
        return new HttpReply(Integer.parseInt(first.substring(9, 12)), new Body(input, chunked ? 0 : length, chunked));
    }

    /** A line without its end; null at the end of the stream. */
    static String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = input.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = input.read()) {
            line.write(next);
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line is longer than " + (LONGEST_LINE >> 20) + " MB");
            }
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** As long as the head says, in chunks, or until the connection ends. */
    private static final class Body extends InputStream {

        private final InputStream input;
        private final boolean chunked;
        /** Of the answer, or of the chunk; below zero until the connection ends. */
        private long left;
        private boolean ended;

        Body(InputStream input, long length, boolean chunked) {
            this.input = input;
            this.left = length;
            this.chunked = chunked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (chunked && left == 0 && !ended) {
                nextChunk();
            }
            if (ended || left == 0) {
                return -1;
            }
            int count = input.read(bytes, offset, left < 0 ? length : (int) Math.min(length, left));
            if (count < 0 && left > 0) {
                throw new EOFException("the answer breaks off");
            }
            if (count > 0 && left > 0) {
                left -= count;
                if (chunked && left == 0) {
                    line(input);
                }
            }
            return count;
        }

        private void nextChunk() throws IOException {
            String size = line(input);
            if (size == null || !size.matches("[0-9a-fA-F]{1,8}(;.*)?")) {
                throw new EOFException("the answer breaks off");
            }
            left = Long.parseLong(size.replaceFirst(";.*", ""), 16);
            ended = left == 0;
        }
    }
}
