package io.ngrokd.plugin.hosts.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a line of a hosts file is to us. */
enum ManagedLine {
    BEGIN,
    END,
    /** {@code IP<TAB>name}, as we and the Go daemon write it. */
    ENTRY,
    FOREIGN;

    static final String BEGIN_TEXT = "# BEGIN ngrokd managed section";
    static final String END_TEXT = "# END ngrokd managed section";

    private static final byte[] BEGIN_BYTES = BEGIN_TEXT.getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_BYTES = END_TEXT.getBytes(StandardCharsets.US_ASCII);
    /** An address, a tab and the longest name. */
    private static final int LONGEST_ENTRY = 45 + 1 + 253;

    /** Looks at the bytes from {@code start} to before {@code end}; line ends and blanks at the end do not count. */
    static ManagedLine of(byte[] file, int start, int end) {
        int stop = end;
        while (stop > start && isBlank(file[stop - 1])) {
            stop--;
        }
        if (stop == start || stop - start > LONGEST_ENTRY) {
            return FOREIGN;
        }
        if (file[start] == '#') {
            if (Arrays.equals(file, start, stop, BEGIN_BYTES, 0, BEGIN_BYTES.length)) {
                return BEGIN;
            }
            return Arrays.equals(file, start, stop, END_BYTES, 0, END_BYTES.length) ? END : FOREIGN;
        }
        return isEntry(file, start, stop) ? ENTRY : FOREIGN;
    }

    private static boolean isEntry(byte[] file, int start, int stop) {
        int at = start;
        boolean separated = false;
        while (at < stop && isOfAddress(file[at])) {
            separated |= file[at] == '.' || file[at] == ':';
            at++;
        }
        if (!separated || at == stop || file[at] != '\t' || at + 1 == stop) {
            return false;
        }
        for (at++; at < stop; at++) {
            if (file[at] <= ' ' || file[at] == 0x7f || file[at] == '#') {
                return false;
            }
        }
        return true;
    }

    private static boolean isOfAddress(byte letter) {
        return letter >= '0' && letter <= '9' || letter >= 'a' && letter <= 'f' || letter >= 'A' && letter <= 'F'
                || letter == '.' || letter == ':';
    }

    private static boolean isBlank(byte letter) {
        return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
    }
}
