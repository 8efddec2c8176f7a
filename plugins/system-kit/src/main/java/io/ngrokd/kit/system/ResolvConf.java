package io.ngrokd.kit.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads files in the form of resolv.conf(5). */
public final class ResolvConf {

    /** No resolver reads more than that. */
    private static final int LONGEST = 1 << 20;
    private static final int DNS = 53;

    private ResolvConf() {}

    /** The text of one, empty when it does not exist. Bytes that are no characters are kept apart, one for one. */
    public static String read(Path file) throws IOException {
        try (var stream = Files.newInputStream(file)) {
            return new String(stream.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException absent) {
            return "";
        }
    }

    /** The servers it names, in order; what is no address is skipped, as resolvers do. */
    public static List<InetSocketAddress> servers(String text) {
        return text.lines().map(ResolvConf::server).flatMap(Optional::stream).distinct().toList();
    }

    /** The server that a line names, if it does. */
    public static Optional<InetSocketAddress> server(String line) {
        String[] words = line.strip().split("\\s+");
        if (words.length < 2 || !words[0].equals("nameserver")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.ofLiteral(words[1]), DNS));
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
