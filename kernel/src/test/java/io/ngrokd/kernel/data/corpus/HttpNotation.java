package io.ngrokd.kernel.data.corpus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of a {@code .http} file: text with escapes, whose own line ends mean nothing. */
final class HttpNotation {

    private final String text;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int at;
    private int mark;

    private HttpNotation(String text) {
        this.text = text;
    }

    /**
     * What a text means.
     *
     * @param bytes all of them
     * @param mark how many of them may have been forwarded when the rest is refused
     */
    record Meaning(byte[] bytes, int mark) {}

    static Meaning read(String text) {
        HttpNotation notation = new HttpNotation(text.replace("\n", ""));
        while (notation.at < notation.text.length()) {
            notation.step();
        }
        return new Meaning(notation.out.toByteArray(), notation.mark);
    }

    private void step() {
        char c = text.charAt(at++);
        if (c != '\\') {
            out.write(c);
            return;
        }
        char escaped = text.charAt(at++);
        switch (escaped) {
            case 'r' -> out.write('\r');
            case 'n' -> out.write('\n');
            case 't' -> out.write('\t');
            case '\\', '|' -> out.write(escaped);
            case '!' -> mark = out.size();
            case 'x' -> {
                out.write(Integer.parseInt(text.substring(at, at + 2), 16));
                at += 2;
            }
            default -> repeat();
        }
    }

    /** {@code \5000{text}}; the backslash and one digit are read. */
    private void repeat() {
        int open = text.indexOf('{', at);
        int close = text.indexOf('}', at);
        int times = Integer.parseInt(text.substring(at - 1, open));
        byte[] once = read(text.substring(open + 1, close)).bytes();
        for (int i = 0; i < times; i++) {
            out.writeBytes(once);
        }
        at = close + 1;
    }

    /** Bytes so that a failure can be read. */
    static String shown(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n\n");
        return text.length() <= 600 ? text : text.substring(0, 300) + " ... " + text.substring(text.length() - 300);
    }
}
