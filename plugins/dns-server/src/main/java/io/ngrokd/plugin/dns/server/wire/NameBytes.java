package io.ngrokd.plugin.dns.server.wire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Names as they stand in a message, in lower case: labels, each behind its length, and a zero. Lengths are below 64 and so
 * are no letters: a whole name can be put into lower case byte by byte.
 */
public final class NameBytes {

    /** The longest name, in bytes, the final zero included. */
    public static final int LONGEST = 255;
    private static final int LONGEST_LABEL = 63;

    private NameBytes() {}

    /** The bytes of {@code app.example.com}; empty when it is no name of DNS: a label of 0 or over 63 bytes, over 255 in all, not ASCII. */
    public static Optional<byte[]> of(String name) {
        String[] labels = name.split("[.]", -1);
        byte[] bytes = new byte[name.length() + 2];
        int at = 0;
        for (String label : labels) {
            if (label.isEmpty() || label.length() > LONGEST_LABEL || !StandardCharsets.US_ASCII.newEncoder().canEncode(label)) {
                return Optional.empty();
            }
            bytes[at++] = (byte) label.length();
            for (int index = 0; index < label.length(); index++) {
                bytes[at++] = lower((byte) label.charAt(index));
            }
        }
        return bytes.length > LONGEST ? Optional.empty() : Optional.of(bytes);
    }

    /** The name in words, without the final dot, for logs; whatever is not printable is a question mark. */
    public static String text(byte[] name) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < name.length && name[at] != 0; at += name[at] + 1) {
            text.append(at == 0 ? "" : ".");
            for (int index = at + 1; index <= at + name[at]; index++) {
                text.append(name[index] > ' ' && name[index] < 0x7f ? (char) name[index] : '?');
            }
        }
        return text.toString();
    }

    /** The letter in lower case; whatever is none stays as it is. */
    public static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter + ('a' - 'A')) : letter;
    }

    /** Goes on from the hash of what follows a label to that of the label and what follows; of nothing it is 0. */
    public static int hash(int following, byte[] bytes, int label) {
        int hash = following * 31 + 1;
        for (int at = label; at <= label + bytes[label]; at++) {
            hash = hash * 31 + bytes[at];
        }
        return hash;
    }
}
