package io.ngrokd.kernel.data.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils messages in small ways, as a person would who looks for a place where two readers disagree. */
public final class Mutator {

    private static final byte[] TELLING = " \t\r\n:,;=/*.-_[]@\0\u000b\u007f\u0080\u00a0\u00ff0159aZ".getBytes(StandardCharsets.ISO_8859_1);

    private final List<byte[]> seeds;
    private final List<byte[]> words;

    /**
     * @param seeds messages, for parts of them to be put into others
     * @param words what is worth being put in anywhere
     */
    public Mutator(List<byte[]> seeds, List<byte[]> words) {
        this.seeds = seeds;
        this.words = words;
    }

    /** A copy with none to six changes. */
    public byte[] mutate(byte[] message, Random random) {
        byte[] mutant = message.clone();
        for (int changes = random.nextInt(7); changes > 0; changes--) {
            mutant = change(mutant, random);
        }
        return mutant;
    }

    private byte[] change(byte[] message, Random random) {
        if (message.length == 0) {
            return pick(words, random).clone();
        }
        int at = random.nextInt(message.length);
        int length = Math.min(1 + random.nextInt(random.nextBoolean() ? 4 : 64), message.length - at);
        return switch (random.nextInt(9)) {
            case 0 -> set(message, at, message[at] ^ 1 << random.nextInt(8));
            case 1 -> set(message, at, TELLING[random.nextInt(TELLING.length)]);
            case 2 -> set(message, at, message[at] + (random.nextBoolean() ? 1 : -1));
            case 3 -> splice(message, at, at + length, new byte[0]);
            case 4 -> splice(message, at, at, Arrays.copyOfRange(message, at, at + length));
            case 5 -> splice(message, at, at, pick(words, random));
            case 6 -> splice(message, at, at + length, pick(words, random));
            case 7 -> Arrays.copyOf(message, at);
            default -> {
                byte[] other = pick(seeds, random);
                int from = random.nextInt(other.length + 1);
                yield splice(message, at, at, Arrays.copyOfRange(other, from, Math.min(other.length, from + random.nextInt(200))));
            }
        };
    }

    private static <T> T pick(List<T> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    private static byte[] set(byte[] message, int at, int value) {
        message[at] = (byte) value;
        return message;
    }

    private static byte[] splice(byte[] message, int from, int to, byte[] inserted) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(message, 0, from);
        out.writeBytes(inserted);
        out.write(message, to, message.length - to);
        return out.toByteArray();
    }
}
