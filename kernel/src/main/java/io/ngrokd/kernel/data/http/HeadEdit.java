package io.ngrokd.kernel.data.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.ngrokd.kernel.data.http.MessageHead.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A head that is copied with some of its lines left out, replaced or added. Lines are to be named in their order; what is
 * not named is copied byte for byte, in as few pieces as possible, and nothing at all is copied while nothing changes.
 */
final class HeadEdit {

    private static final int END_OF_LINE = 2;
    private static final int ROOM = 64;

    private final MessageHead head;
    private byte[] out;
    private int length;
    private int copied;

    HeadEdit(MessageHead head) {
        this.head = head;
    }

    /** Writes another start line. */
    void startLine(String line) {
        copied = head.fieldsStart();
        write(line);
    }

    /** Leaves a line out. */
    void drop(Field field) {
        copyTo(field.lineStart());
        copied = field.lineEnd();
    }

    /** Writes something, whole lines each with its CRLF, in place of a line. */
    void replace(Field field, String lines) {
        drop(field);
        write(lines);
    }

    /** Gives a field another value; its name stays as it is written. */
    void setValue(Field field, String value) {
        copyTo(field.nameEnd());
        write(": " + value + "\r\n");
        copied = field.lineEnd();
    }

    /** Writes whole lines in front of the fields, or behind what was changed so far. */
    void insertFirst(String lines) {
        copyTo(Math.max(copied, head.fieldsStart()));
        write(lines);
    }

    /** Writes whole lines behind all others. */
    void append(String lines) {
        copyTo(head.bytes().length - END_OF_LINE);
        write(lines);
    }

    /** Whether there is anything that differs. */
    boolean isChanged() {
        return out != null;
    }

    /** The head with all edits. Ends them. */
    ByteBuf finish() {
        copyTo(head.bytes().length);
        return Unpooled.wrappedBuffer(out, 0, length);
    }

    private void copyTo(int position) {
        int more = position - copied;
        reserve(more);
        System.arraycopy(head.bytes(), copied, out, length, more);
        length += more;
        copied = position;
    }

    private void write(String text) {
        byte[] more = text.getBytes(StandardCharsets.ISO_8859_1);
        reserve(more.length);
        System.arraycopy(more, 0, out, length, more.length);
        length += more.length;
    }

    private void reserve(int more) {
        if (out == null) {
            out = new byte[head.bytes().length + more + ROOM];
        } else if (length + more > out.length) {
            out = Arrays.copyOf(out, length + more + head.bytes().length);
        }
    }
}
