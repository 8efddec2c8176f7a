package io.ngrokd.kernel.data.corpus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes of a {@code .hello} file: hexadecimal digits, text in quotes, and brackets that write their length in front. */
final class HelloNotation {

    private static final Pattern COMMENT = Pattern.compile("#.*");
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*(?:(?<prefix>\\d)\\[|/(?<cut>\\d+)\\[|(?<close>])|\"(?<text>[^\"]*)\"|(?<hex>[0-9a-fA-F]{2,}))(?:\\*(?<times>\\d+))?\\s*");

    private final Matcher tokens;

    private HelloNotation(String text) {
        tokens = TOKEN.matcher(text);
    }

    static byte[] read(String text) {
        HelloNotation notation = new HelloNotation(COMMENT.matcher(text).replaceAll("").strip());
        byte[] bytes = notation.group();
        if (!notation.tokens.hitEnd()) {
            throw new IllegalArgumentException("a bracket is closed that was not opened");
        }
        return bytes;
    }

    /** Up to a closing bracket or the end. */
    private byte[] group() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (tokens.regionStart() < tokens.regionEnd()) {
            if (!tokens.lookingAt()) {
                throw new IllegalArgumentException("no such notation: " + tokens.region(tokens.regionStart(), tokens.regionEnd()));
            }
            String prefix = tokens.group("prefix");
            String cut = tokens.group("cut");
            String text = tokens.group("text");
            boolean closed = tokens.group("close") != null;
            int times = tokens.group("times") == null ? 1 : Integer.parseInt(tokens.group("times"));
            String hex = tokens.group("hex");
            tokens.region(tokens.end(), tokens.regionEnd());
            if (closed) {
                return out.toByteArray();
            } else if (prefix != null) {
                prefixed(out, Integer.parseInt(prefix), group());
            } else if (cut != null) {
                records(out, Integer.parseInt(cut), group());
            } else {
                byte[] once = text != null ? text.getBytes(StandardCharsets.ISO_8859_1) : HexFormat.of().parseHex(hex);
                for (int i = 0; i < times; i++) {
                    out.writeBytes(once);
                }
            }
        }
        return out.toByteArray();
    }

    /** {@code 2[...]}: the length in that many bytes, and what is inside. */
    private static void prefixed(ByteArrayOutputStream out, int lengthBytes, byte[] inside) {
        for (int shift = 8 * (lengthBytes - 1); shift >= 0; shift -= 8) {
            out.write(inside.length >> shift);
        }
        out.writeBytes(inside);
    }

    /** {@code /100[...]}: handshake records of at most that many bytes. */
    private static void records(ByteArrayOutputStream out, int size, byte[] inside) {
        for (int at = 0; at < inside.length; at += size) {
            int length = Math.min(size, inside.length - at);
            out.writeBytes(new byte[] {0x16, 3, 1, (byte) (length >> 8), (byte) length});
            out.write(inside, at, length);
        }
    }
}
