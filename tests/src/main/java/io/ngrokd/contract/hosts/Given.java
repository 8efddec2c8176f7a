package io.ngrokd.contract.hosts;

import io.ngrokd.api.event.NamesRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a test of a writer begins with. */
final class Given {

    private Given() {}

    /** A file as somebody wrote it a while ago: writers may wait for whoever is at it just now. */
    static void write(Path file, String text) throws IOException {
        age(Files.writeString(file, text));
    }

    /** Nobody was at this file lately. */
    static void age(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    /** Names and their addresses. */
    static NamesRequest names(Map<String, List<String>> names) {
        TreeMap<String, List<InetAddress>> sorted = new TreeMap<>();
        names.forEach((name, addresses) -> sorted.put(name, addresses.stream().map(InetAddress::ofLiteral).toList()));
        return new NamesRequest(sorted);
    }
}
