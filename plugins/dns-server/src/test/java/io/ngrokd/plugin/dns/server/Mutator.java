package io.ngrokd.plugin.dns.server;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes bad messages of good ones, always the same ones from the same seed. */
public final class Mutator {

    private static final int HEADER = 12;

    private final Random random;
    private final List<byte[]> good;

    public Mutator(long seed, List<byte[]> good) {
        this.random = new Random(seed);
        this.good = good;
    }

    /** The next one: a good message, changed in one to four ways. */
    public byte[] next() {
        byte[] message = good.get(random.nextInt(good.size())).clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            message = change(message);
        }
        return message;
    }

    private byte[] change(byte[] message) {
        return switch (random.nextInt(13)) {
            case 0 -> Arrays.copyOf(message, random.nextInt(message.length + 1));
            case 1 -> Arrays.copyOf(message, random.nextInt(HEADER + 1));
            case 2 -> longer(message);
            case 3, 4 -> flip(message, 1 << random.nextInt(8));
            case 5 -> pointer(message);
            case 6 -> count(message);
            case 7 -> set(message, HEADER, 64 + random.nextInt(192));
            case 8 -> longName(message, 250 + random.nextInt(12));
            case 9 -> set(message, 2, random.nextInt(256));
            case 10 -> set(message, random.nextInt(256), random.nextInt(256));
            case 11 -> splice(message);
            default -> set(message, message.length - 1 - random.nextInt(16), random.nextInt(256));
        };
    }

    private byte[] longer(byte[] message) {
        byte[] longer = Arrays.copyOf(message, message.length + random.nextInt(random.nextInt(20) == 0 ? 4_000 : 40));
        for (int at = message.length; at < longer.length; at++) {
            longer[at] = (byte) random.nextInt();
        }
        return longer;
    }

    private byte[] flip(byte[] message, int bit) {
        if (message.length > 0) {
            message[random.nextInt(message.length)] ^= (byte) bit;
        }
        return message;
    }

    /** A compression pointer: to itself, forth, back, or out of the message. */
    private byte[] pointer(byte[] message) {
        int at = HEADER + random.nextInt(Math.max(1, message.length - HEADER));
        int target = random.nextBoolean() ? at : random.nextInt(300);
        return set(set(message, at, 0xc0 | target >> 8), at + 1, target & 0xff);
    }

    private byte[] count(byte[] message) {
        int at = 4 + 2 * random.nextInt(4);
        return set(set(message, at, random.nextInt(4) == 0 ? random.nextInt(256) : 0), at + 1, random.nextInt(4));
    }

    private byte[] longName(byte[] message, int length) {
        byte[] name = new byte[HEADER + length + 4];
        System.arraycopy(message, 0, name, 0, Math.min(HEADER, message.length));
        int size = 1 + random.nextInt(64);
        for (int at = HEADER; at < HEADER + length - 1; at += size + 1) {
            name[at] = (byte) Math.min(size, HEADER + length - at - 2);
        }
        name[HEADER + length + 1] = 1;
        name[HEADER + length + 3] = 1;
        return name;
    }

    private byte[] splice(byte[] message) {
        byte[] other = good.get(random.nextInt(good.size()));
        int cut = random.nextInt(message.length + 1);
        int from = random.nextInt(other.length);
        byte[] spliced = Arrays.copyOf(message, cut + other.length - from);
        System.arraycopy(other, from, spliced, cut, other.length - from);
        return spliced;
    }

    private static byte[] set(byte[] message, int at, int value) {
        if (at >= 0 && at < message.length) {
            message[at] = (byte) value;
        }
        return message;
    }
}
