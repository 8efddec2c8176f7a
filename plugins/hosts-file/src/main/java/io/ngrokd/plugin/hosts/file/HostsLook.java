package io.ngrokd.plugin.hosts.file;

import io.ngrokd.api.spi.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a hosts file as a resolver does, all of it: a line of somebody else's above ours wins over it. */
final class HostsLook {

    private static final String ITSELF = "ngrokd puts it back by itself, within 30 s";

    private HostsLook() {}

    /** What the file says of a name, against what it should say. */
    static Finding of(Path file, String name, InetAddress address) {
        List<String> lines;
        try {
            lines = Files.readString(file, StandardCharsets.ISO_8859_1).lines().toList();
        } catch (NoSuchFileException none) {
            return Finding.bad("there is no file " + file, ITSELF + "; if it stays like this, see the warnings of 'ngrokctl status'.");
        } catch (IOException unreadable) {
            return Finding.bad(file + " cannot be read: " + unreadable, "Let ngrokd read and write that file.");
        }
        String wanted = address.getHostAddress();
        List<String> found = new ArrayList<>();
        for (int number = 1; number <= lines.size(); number++) {
            String[] words = lines.get(number - 1).replaceFirst("#.*", "").strip().split("\\s+");
            for (int index = 1; index < words.length; index++) {
                if (words[index].toLowerCase(Locale.ROOT).equals(name)) {
                    found.add(words[0] + " in line " + number);
                }
            }
        }
        if (found.isEmpty()) {
            return Finding.bad(file + " has no line for " + name,
                    "Somebody took it out: " + ITSELF + " if it may write " + file + " (see the warnings of 'ngrokctl status')."
                            + " If it goes again, look which program writes that file.");
        }
        if (!found.getFirst().startsWith(wanted + " ")) {
            return Finding.bad(file + " leads " + name + " to " + found.getFirst() + ", not to " + wanted,
                    found.stream().anyMatch(line -> line.startsWith(wanted + " "))
                            ? "The first line wins: remove that one, it is not ngrokd's." : "Remove that line; ngrokd writes its own by itself, within 30 s.");
        }
        return Finding.good(file + " says " + found.getFirst());
    }
}
