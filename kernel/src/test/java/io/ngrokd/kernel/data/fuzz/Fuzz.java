package io.ngrokd.kernel.data.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** A fixed number of cases, each with a random generator of its own, so that a failing one can be run alone. */
public final class Fuzz {

    private static final long SEED = Long.getLong("fuzz.seed", 20_261_122L);

    private Fuzz() {}

    /** One case. */
    @FunctionalInterface
    public interface Target {
        void run(Random random) throws Exception;
    }

    /** Runs the cases; a failure names its seed. */
    public static void run(int cases, Target target) {
        int count = Integer.getInteger("fuzz.cases", cases);
        for (int i = 0; i < count; i++) {
            long seed = SEED * 1_000_003 + i;
            try {
                target.run(new Random(seed));
            } catch (Exception | AssertionError failure) {
                throw new AssertionError("case " + i + " (fuzz.seed=" + SEED + "): " + failure, failure);
            }
        }
    }

    /** Lengths of pieces that a message comes in: all at once, byte by byte, or cut somewhere. */
    public static List<Integer> pieces(Random random, int length) {
        List<Integer> pieces = new ArrayList<>();
        int kind = random.nextInt(4);
        int longest = kind == 0 ? 1 : kind == 1 ? 8 : Math.max(1, length);
        for (int left = length; left > 0; ) {
            int piece = 1 + random.nextInt(Math.min(left, longest));
            pieces.add(piece);
            left -= piece;
        }
        return pieces;
    }

    /** So that a person can read it. */
    public static String shown(byte[] bytes) {
        int most = Math.min(bytes.length, 2000);
        return new String(bytes, 0, most, StandardCharsets.ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n\n") + "\n"
                + HexFormat.of().formatHex(bytes, 0, most);
    }
}
