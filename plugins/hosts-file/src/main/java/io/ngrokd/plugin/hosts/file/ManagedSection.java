package io.ngrokd.plugin.hosts.file;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Edits the managed section in the bytes of a hosts file.
 *
 * <p>It stays where it is, or comes at the end. A file whose last line has no line end gets one before the section;
 * this one is ours too, and goes with the section as long as nothing foreign stands behind it. No byte tells it from a
 * foreign one, so its length is kept beside the file.
 */
final class ManagedSection {

    private static final byte[] NO_BYTES = {};

    private ManagedSection() {}

    /**
     * A file and what of it cannot be seen by looking at it.
     *
     * @param content the whole file
     * @param ownLineEnd how many bytes of line end before the section were put there by us: 0, 1 or 2
     */
    record Edited(byte[] content, int ownLineEnd) {}

    /** The file with these lines (each without line end) as its only section; without a section if there are none. */
    static Edited write(Edited before, List<String> lines) {
        byte[] file = before.content();
        Ranges ours = SectionScan.of(file);
        int position = ours.size() == 0 ? file.length : ours.start(0);
        byte[] behind = foreignFrom(file, ours);
        int foreignEnd = position - (behind.length == 0 && ours.size() > 0 ? ownLineEnd(before, position) : 0);
        if (lines.isEmpty()) {
            return new Edited(join(file, foreignEnd, NO_BYTES, NO_BYTES, behind), 0);
        }
        byte[] lineEnd = lineEnd(file, foreignEnd, behind);
        boolean lacksLineEnd = foreignEnd > 0 && file[foreignEnd - 1] != '\n';
        byte[] separator = lacksLineEnd ? lineEnd : NO_BYTES;
        return new Edited(join(file, foreignEnd, separator, section(lines, lineEnd), behind), separator.length);
    }

    /** Whether the line end that we remember is still there. */
    private static int ownLineEnd(Edited before, int position) {
        int length = before.ownLineEnd();
        byte[] file = before.content();
        boolean there = length <= position
                && (length == 1 && file[position - 1] == '\n'
                || length == 2 && file[position - 1] == '\n' && file[position - 2] == '\r');
        return there ? length : 0;
    }

    private static byte[] foreignFrom(byte[] file, Ranges ours) {
        if (ours.size() == 0) {
            return NO_BYTES;
        }
        ByteArrayOutputStream foreign = new ByteArrayOutputStream(file.length - ours.end(0));
        for (int index = 0; index < ours.size(); index++) {
            int next = index + 1 < ours.size() ? ours.start(index + 1) : file.length;
            foreign.write(file, ours.end(index), next - ours.end(index));
        }
        return foreign.toByteArray();
    }

    /** The one that the file uses in its first foreign line, else the system's. */
    private static byte[] lineEnd(byte[] file, int foreignEnd, byte[] behind) {
        for (int at = 0; at < foreignEnd; at++) {
            if (file[at] == '\n') {
                return at > 0 && file[at - 1] == '\r' ? bytes("\r\n") : bytes("\n");
            }
        }
        for (int at = 0; at < behind.length; at++) {
            if (behind[at] == '\n') {
                return at > 0 && behind[at - 1] == '\r' ? bytes("\r\n") : bytes("\n");
            }
        }
        return bytes(System.lineSeparator());
    }

    private static byte[] section(List<String> lines, byte[] lineEnd) {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        line(section, ManagedLine.BEGIN_TEXT, lineEnd);
        lines.forEach(line -> line(section, line, lineEnd));
        line(section, ManagedLine.END_TEXT, lineEnd);
        return section.toByteArray();
    }

    private static void line(ByteArrayOutputStream section, String text, byte[] lineEnd) {
        section.writeBytes(bytes(text));
        section.writeBytes(lineEnd);
    }

    private static byte[] join(byte[] file, int foreignEnd, byte[] separator, byte[] section, byte[] behind) {
        ByteArrayOutputStream joined =
                new ByteArrayOutputStream(foreignEnd + separator.length + section.length + behind.length);
        joined.write(file, 0, foreignEnd);
        joined.writeBytes(separator);
        joined.writeBytes(section);
        joined.writeBytes(behind);
        return joined.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
