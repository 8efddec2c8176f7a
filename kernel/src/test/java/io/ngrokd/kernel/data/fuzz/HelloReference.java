package io.ngrokd.kernel.data.fuzz;

import io.ngrokd.kernel.data.sniff.SniffDecision;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the first bytes of a connection are, read all at once and by a rule that doubts everything. */
public final class HelloReference {

    private static final int LONGEST_HELLO = 16 * 1024;
    private static final int LONGEST_RECORD = 16 * 1024 + 256;

    private final byte[] bytes;
    private int at;

    private HelloReference(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Something in the message does not fit. */
    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /** What a sniffer that is asked for a name must say of bytes that begin with a TLS handshake record, with no more to come. */
    public static SniffDecision decide(byte[] bytes) {
        if (bytes.length > 1 && bytes[1] != 3 || bytes.length > 5 && bytes[5] != 1) {
            return new SniffDecision.Raw();
        }
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int at = 0; at + 5 <= bytes.length; ) {
            int length = number(bytes, at + 3, 2);
            if (bytes[at] != 0x16 || bytes[at + 1] != 3 || length == 0 || length > LONGEST_RECORD) {
                return bytes.length > 5 ? nobody() : new SniffDecision.NeedMore();
            }
            int there = Math.min(length, bytes.length - at - 5);
            message.write(bytes, at + 5, there);
            byte[] hello = message.toByteArray();
            int wanted = hello.length < 4 ? -1 : number(hello, 1, 3);
            if (wanted > LONGEST_HELLO) {
                return nobody();
            }
            if (wanted >= 0 && hello.length >= 4 + wanted) {
                return new SniffDecision.Tls(strictName(java.util.Arrays.copyOfRange(hello, 4, 4 + wanted)));
            }
            at += 5 + length;
        }
        return new SniffDecision.NeedMore();
    }

    private static SniffDecision nobody() {
        return new SniffDecision.Tls(Optional.empty());
    }

    private static Optional<String> strictName(byte[] body) {
        try {
            HelloReference reader = new HelloReference(body);
            reader.bytes(34);
            demand(reader.vector(1).length <= 32);
            byte[] suites = reader.vector(2);
            demand(suites.length > 0 && suites.length % 2 == 0);
            demand(reader.vector(1).length > 0);
            HelloReference extensions = new HelloReference(reader.vector(2));
            demand(reader.isAtEnd());
            List<byte[]> nameLists = new ArrayList<>();
            while (!extensions.isAtEnd()) {
                int type = extensions.number(2);
                byte[] data = extensions.vector(2);
                if (type == 0) {
                    nameLists.add(data);
                }
            }
            demand(nameLists.size() == 1);
            HelloReference extension = new HelloReference(nameLists.getFirst());
            HelloReference list = new HelloReference(extension.vector(2));
            demand(extension.isAtEnd());
            List<String> names = new ArrayList<>();
            while (!list.isAtEnd()) {
                int type = list.number(1);
                byte[] name = list.vector(2);
                if (type == 0) {
                    names.add(new String(name, StandardCharsets.ISO_8859_1));
                }
            }
            demand(names.size() == 1);
            return legal(names.getFirst());
        } catch (Malformed malformed) {
            return Optional.empty();
        }
    }

    /**
     * Every name that some reader, however careless, could find in a message: one that takes the first of two extensions or
     * the last, that stops at the end it likes, that does not mind what is behind the list. Bytes are those of the whole connection.
     */
    public static Set<String> namesForTheCareless(byte[] bytes) {
        Set<String> names = new TreeSet<>();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int at = 0; at + 5 <= bytes.length; ) {
            int length = number(bytes, at + 3, 2);
            message.write(bytes, at + 5, Math.min(length, bytes.length - at - 5));
            at += 5 + length;
        }
        byte[] hello = message.toByteArray();
        try {
            int wanted = hello.length < 4 ? 0 : number(hello, 1, 3);
            HelloReference reader = new HelloReference(java.util.Arrays.copyOfRange(hello, Math.min(4, hello.length),
                    Math.min(4 + wanted, hello.length)));
            reader.bytes(34);
            reader.vector(1);
            reader.vector(2);
            reader.vector(1);
            reader.number(2);
            while (true) {
                int type = reader.number(2);
                byte[] data = reader.vector(2);
                if (type == 0 && data.length > 2) {
                    collect(new HelloReference(data), names);
                }
            }
        } catch (Malformed end) {
            return names;
        }
    }

    private static void collect(HelloReference list, Set<String> names) {
        try {
            list.number(2);
            while (true) {
                int type = list.number(1);
                String name = new String(list.vector(2), StandardCharsets.ISO_8859_1);
                if (type == 0) {
                    names.add(legal(name).orElse("(illegal) " + name));
                }
            }
        } catch (Malformed end) {
            // What was found until here counts.
        }
    }

    private static Optional<String> legal(String name) {
        String plain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return plain.length() <= 253 && plain.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*") ? Optional.of(plain.toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    private boolean isAtEnd() {
        return at == bytes.length;
    }

    private byte[] vector(int lengthBytes) throws Malformed {
        return bytes(number(lengthBytes));
    }

    private int number(int count) throws Malformed {
        return number(bytes(count), 0, count);
    }

    private byte[] bytes(int count) throws Malformed {
        demand(count <= bytes.length - at);
        at += count;
        return java.util.Arrays.copyOfRange(bytes, at - count, at);
    }

    private static int number(byte[] bytes, int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | bytes[i] & 0xFF;
        }
        return number;
    }

    private static void demand(boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed();
        }
    }
}
