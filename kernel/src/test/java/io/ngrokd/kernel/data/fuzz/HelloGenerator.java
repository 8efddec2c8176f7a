package io.ngrokd.kernel.data.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Makes ClientHellos that any server understands, in records of any size. */
public final class HelloGenerator {

    private final Random random;

    private HelloGenerator(Random random) {
        this.random = random;
    }

    /**
     * One that asks for a name.
     *
     * @param name legal; in any case
     */
    public static byte[] hello(String name, Random random) {
        return new HelloGenerator(random).make(name);
    }

    /** A name that a client may ask for. */
    public static String name(Random random) {
        StringBuilder name = new StringBuilder();
        for (int labels = 1 + random.nextInt(4); labels > 0; labels--) {
            for (int length = 1 + random.nextInt(20); length > 0; length--) {
                name.append("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_".charAt(random.nextInt(44)));
            }
            name.append(labels > 1 ? "." : "");
        }
        return name.toString();
    }

    private byte[] make(String name) {
        List<byte[]> extensions = new ArrayList<>();
        byte[] host = concatenated(new byte[] {0}, vector(2, name.getBytes(StandardCharsets.US_ASCII)));
        extensions.add(concatenated(number(2, 0), vector(2, vector(2, host))));
        for (int others = random.nextInt(8); others > 0; others--) {
            extensions.add(concatenated(number(2, 1 + random.nextInt(0xFFFF)),
                    vector(2, noise(random.nextInt(random.nextInt(5) == 0 ? 2000 : 40)))));
        }
        Collections.shuffle(extensions, random);
        byte[] body = concatenated(new byte[] {3, 3}, noise(32), vector(1, noise(random.nextBoolean() ? 32 : 0)),
                vector(2, noise(2 + 2 * random.nextInt(30))),
                vector(1, new byte[1]), vector(2, concatenated(extensions.toArray(byte[][]::new))));
        byte[] message = concatenated(new byte[] {1}, vector(3, body));
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int at = 0; at < message.length; ) {
            int length = Math.min(message.length - at, 1 + random.nextInt(random.nextBoolean() ? 16_384 : 100));
            records.writeBytes(new byte[] {0x16, 3, (byte) random.nextInt(4)});
            records.writeBytes(number(2, length));
            records.write(message, at, length);
            at += length;
        }
        return records.toByteArray();
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private static byte[] vector(int lengthBytes, byte[] inside) {
        return concatenated(number(lengthBytes, inside.length), inside);
    }

    private static byte[] number(int count, int value) {
        byte[] number = new byte[count];
        for (int i = 0; i < count; i++) {
            number[i] = (byte) (value >> 8 * (count - 1 - i));
        }
        return number;
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
