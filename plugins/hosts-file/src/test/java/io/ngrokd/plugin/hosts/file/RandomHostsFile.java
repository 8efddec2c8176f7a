package io.ngrokd.plugin.hosts.file;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * A hosts file of random pieces.
 *
 * @param content all of it
 * @param foreign what must be left when our section is gone
 */
record RandomHostsFile(byte[] content, byte[] foreign) {

    static RandomHostsFile make(Random random) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        ByteArrayOutputStream foreign = new ByteArrayOutputStream();
        for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
            switch (random.nextInt(4)) {
                case 0 -> section(random, content);
                case 1 -> lostEnd(random, content, foreign);
                case 2 -> notedSection(random, content, foreign);
                default -> foreign(random, content, foreign);
            }
        }
        if (random.nextBoolean()) {
            byte[] last = noise(random, 1 + random.nextInt(20));
            content.writeBytes(last);
            foreign.writeBytes(last);
        }
        return new RandomHostsFile(content.toByteArray(), foreign.toByteArray());
    }

    private static void section(Random random, ByteArrayOutputStream content) {
        content.writeBytes(line(random, ManagedLine.BEGIN_TEXT));
        entries(random, content);
        content.writeBytes(line(random, ManagedLine.END_TEXT));
    }

    private static void notedSection(Random random, ByteArrayOutputStream content, ByteArrayOutputStream foreign) {
        content.writeBytes(line(random, ManagedLine.BEGIN_TEXT));
        entries(random, content);
        foreign(random, content, foreign);
        entries(random, content);
        content.writeBytes(line(random, ManagedLine.END_TEXT));
    }

    private static void lostEnd(Random random, ByteArrayOutputStream content, ByteArrayOutputStream foreign) {
        content.writeBytes(line(random, ManagedLine.BEGIN_TEXT));
        entries(random, content);
        // Whatever follows, a section or the file's end, must not close this one: so another BEGIN comes.
        foreign(random, content, foreign);
        byte[] entry = line(random, "127.0.1.1\tthis-machine");
        content.writeBytes(entry);
        foreign.writeBytes(entry);
        section(random, content);
    }

    private static void foreign(Random random, ByteArrayOutputStream content, ByteArrayOutputStream foreign) {
        for (int lines = 1 + random.nextInt(3); lines > 0; lines--) {
            byte[] line = switch (random.nextInt(5)) {
                case 0 -> line(random, "127.0.0.1 localhost");
                case 1 -> line(random, "# note " + ManagedLine.BEGIN_TEXT);
                case 2 -> line(random, "");
                case 3 -> line(random, " " + ManagedLine.END_TEXT);
                default -> {
                    byte[] noise = noise(random, random.nextInt(300));
                    ByteArrayOutputStream ended = new ByteArrayOutputStream();
                    ended.writeBytes(noise);
                    ended.write('\n');
                    yield ended.toByteArray();
                }
            };
            content.writeBytes(line);
            foreign.writeBytes(line);
        }
    }

    private static void entries(Random random, ByteArrayOutputStream content) {
        for (int lines = random.nextInt(4); lines > 0; lines--) {
            content.writeBytes(line(random, random.nextBoolean() ? "10.107.0." + lines + "\tapi" + lines + ".myapp" : "fd00::1\tsix"));
        }
    }

    private static byte[] line(Random random, String text) {
        String end = switch (random.nextInt(6)) {
            case 0 -> "\r\n";
            case 1 -> " \t\n";
            default -> "\n";
        };
        return (text + end).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Any bytes but line feeds, beginning with one that makes no marker and no entry of them. */
    private static byte[] noise(Random random, int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        for (int index = 0; index < length; index++) {
            if (noise[index] == '\n') {
                noise[index] = 'n';
            }
        }
        if (length > 0) {
            noise[0] = 'z';
        }
        return noise;
    }
}
