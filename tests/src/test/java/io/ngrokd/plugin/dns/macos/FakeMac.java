package io.ngrokd.plugin.dns.macos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Mac, as far as name resolution goes: a folder with the programs that we run there, which refuse whatever the real ones refuse, and
 * with {@code /etc/resolver}, which is read as Apple's configd reads it (every file in it, those with a dot in front too).
 */
final class FakeMac {

    /** What is read, how often it may stand in a file, as in configd's table. */
    private static final Map<String, Integer> KEYWORDS = Map.of("nameserver", 3, "port", 1, "domain", 1, "search", 1, "search_order", 1,
            "sortlist", 1, "timeout", 1, "options", 1);

    private final Path root;

    private FakeMac(Path root) {
        this.root = root;
    }

    /** One that nobody has configured: there is no {@code /etc/resolver}. */
    static FakeMac in(Path root) throws IOException {
        FakeMac mac = new FakeMac(root);
        Files.createDirectories(root.resolve("etc"));
        Files.createDirectories(root.resolve("state"));
        Files.writeString(Files.createDirectories(root.resolve("System/Library/CoreServices")).resolve("SystemVersion.plist"),
                "<plist/>\n");
        Files.writeString(root.resolve("state/dns"), """
                DNS configuration

                resolver #1
                  search domain[0] : home
                  nameserver[0] : 192.0.2.1
                  nameserver[1] : 2001:db8::1
                  if_index : 6 (en0)
                  flags    : Request A records, Request AAAA records
                  reach    : 0x00020002 (Reachable,Directly Reachable Address)
                """);
        mac.program("usr/sbin/scutil", """
                [ "$#" = 1 ] && [ "$1" = --dns ] || { echo "usage: scutil" >&2; exit 64; }
                cat "$state/dns"
                """);
        mac.program("usr/bin/dscacheutil", """
                [ "$#" = 1 ] && [ "$1" = -flushcache ] || { echo "Usage: dscacheutil -h" >&2; exit 1; }
                echo directory >> "$state/flushed"
                """);
        mac.program("usr/bin/killall", """
                case "$1" in -HUP|-hup|-1) ;; *) echo "usage: killall [-delmsqvz] [-help] [-I]" >&2; exit 1 ;; esac
                shift
                [ "$#" = 1 ] && [ "$1" = mDNSResponder ] || { echo "No matching processes belonging to you were found" >&2; exit 1; }
                [ ! -e "$state/no-root" ] || { echo "warning: kill -hup 333: Operation not permitted" >&2; exit 1; }
                echo responder >> "$state/flushed"
                """);
        return mac;
    }

    private void program(String path, String script) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\nstate='" + root.resolve("state") + "'\n" + script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    Path root() {
        return root;
    }

    Path folder() {
        return root.resolve("etc/resolver");
    }

    /** Somebody else's file. */
    Path others(String name, String content) throws IOException {
        Files.createDirectories(folder());
        return Files.writeString(folder().resolve(name), content);
    }

    void says(String dnsConfiguration) throws IOException {
        Files.writeString(root.resolve("state/dns"), dnsConfiguration);
    }

    /** The caches that were emptied since the last call, in that order. */
    List<String> flushed() throws IOException {
        Path file = root.resolve("state/flushed");
        List<String> flushed = Files.exists(file) ? Files.readAllLines(file) : List.of();
        Files.deleteIfExists(file);
        return flushed;
    }

    void killallIsDenied() throws IOException {
        Files.writeString(root.resolve("state/no-root"), "");
    }

    private record Resolver(String domain, InetSocketAddress server, long order) {}

    /** The server that this Mac asks for a name; empty: the ones for everything. */
    Optional<InetSocketAddress> serverFor(String name) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        return resolvers().stream().filter(each -> lower.equals(each.domain()) || lower.endsWith("." + each.domain()))
                .min(Comparator.comparing((Resolver each) -> -each.domain().length()).thenComparing(Resolver::order)).map(Resolver::server);
    }

    private List<Resolver> resolvers() throws IOException {
        List<Resolver> resolvers = new ArrayList<>();
        if (Files.isDirectory(folder())) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder())) {
                for (Path file : files) {
                    if (Files.isRegularFile(file)) {
                        read(file).ifPresent(resolvers::add);
                    }
                }
            }
        }
        return resolvers;
    }

    /** A line that the real one would skip without a word is an error here. */
    private static Optional<Resolver> read(Path file) throws IOException {
        Map<String, String> values = new HashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            String[] words = line.split("[ \t]", 2);
            String keyword = words[0].toLowerCase(Locale.ROOT);
            if (!KEYWORDS.containsKey(keyword) || words.length < 2 || words[1].isBlank()) {
                throw new IOException(file + ": macOS does not understand '" + line + "'");
            }
            if (counts.merge(keyword, 1, Integer::sum) > KEYWORDS.get(keyword)) {
                throw new IOException(file + ": macOS takes no further '" + keyword + "'");
            }
            values.putIfAbsent(keyword, words[1].strip());
        }
        if (!values.containsKey("nameserver")) {
            return Optional.empty();
        }
        InetAddress address = InetAddress.ofLiteral(values.get("nameserver"));
        int port = Integer.parseInt(values.getOrDefault("port", "53"));
        String domain = values.getOrDefault("domain", file.getFileName().toString());
        return Optional.of(new Resolver(domain.toLowerCase(Locale.ROOT), new InetSocketAddress(address, port),
                Long.parseLong(values.getOrDefault("search_order", "200000"))));
    }
}
