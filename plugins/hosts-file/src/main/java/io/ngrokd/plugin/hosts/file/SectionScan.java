package io.ngrokd.plugin.hosts.file;

/**
 * Finds what is ours in a hosts file, in one pass.
 *
 * <p>From BEGIN to END, both markers and all entries between them are ours; other lines there are somebody's notes and
 * stay. When END is missing (the file ends, or another BEGIN comes first), only the entries right behind BEGIN are
 * ours. An END without BEGIN stays, as do the lines before it: nothing tells which of them were ours.
 *
 * <p>There may be several sections, for instance after a copy and paste.
 */
final class SectionScan {

    private final byte[] file;
    private final Ranges ours = new Ranges();
    /** Entries behind a foreign line, which are ours only if an END follows. */
    private final Ranges perhapsOurs = new Ranges();
    private boolean inside;
    private boolean behindBegin;

    private SectionScan(byte[] file) {
        this.file = file;
    }

    /** The ranges that are ours, each of whole lines. */
    static Ranges of(byte[] file) {
        SectionScan scan = new SectionScan(file);
        int start = 0;
        while (start < file.length) {
            int end = start;
            while (end < file.length && file[end] != '\n') {
                end++;
            }
            end = Math.min(end + 1, file.length);
            scan.line(start, end);
            start = end;
        }
        return scan.ours;
    }

    private void line(int start, int end) {
        switch (ManagedLine.of(file, start, end)) {
            case BEGIN -> {
                perhapsOurs.clear();
                inside = true;
                behindBegin = true;
                ours.add(start, end);
            }
            case END -> {
                if (inside) {
                    ours.addAll(perhapsOurs);
                    ours.add(start, end);
                    perhapsOurs.clear();
                    inside = false;
                }
            }
            case ENTRY -> {
                if (inside) {
                    (behindBegin ? ours : perhapsOurs).add(start, end);
                }
            }
            case FOREIGN -> behindBegin = false;
        }
    }
}
