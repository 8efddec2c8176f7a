package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code resolvectl} and {@code ip} as they were seen to behave (systemd 252), on interfaces that are only said to be. What they do
 * not know is a failure.
 */
final class FakeResolved implements Programs, Links {

    /** The process is no more. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;
    }

    final Map<String, Map<String, String>> links = new TreeMap<>();
    final List<String> changes = new ArrayList<>();
    /** After so many more changes the process dies. */
    int life = Integer.MAX_VALUE;
    /** The command that fails, and what it says. */
    String failing = "none";
    String words = "";

    private final SystemRoot root;

    FakeResolved(Path folder) throws IOException {
        root = new SystemRoot(folder);
        for (String program : List.of("resolvectl", "ip")) {
            Path file = Files.createDirectories(folder.resolve("usr/bin")).resolve(program);
            Files.setPosixFilePermissions(Files.createFile(file), PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        links.put("ngrokd0", new TreeMap<>());
    }

    @Override
    public boolean exists(String link) {
        return links.containsKey(link);
    }

    @Override
    public Optional<String> obstacle(String link) {
        return exists(link) && !link.equals("lo") ? Optional.empty() : Optional.of("of no use");
    }

    @Override
    public Outcome run(List<String> command, String input, Duration limit) throws IOException {
        String program = Path.of(command.getFirst()).getFileName().toString();
        List<String> arguments = command.subList(1, command.size());
        String line = program + " " + String.join(" ", arguments);
        if (line.startsWith(failing)) {
            if (words.isEmpty()) {
                throw new IOException("'" + line + "' did not end within " + limit.toMillis() + " ms");
            }
            return new Outcome(1, words + "\n");
        }
        return program.equals("ip") ? ip(line, arguments) : resolvectl(line, arguments);
    }

    private Outcome ip(String line, List<String> arguments) {
        switch (arguments.get(0) + " " + arguments.get(1)) {
            case "link add" -> links.put(arguments.get(2), new TreeMap<>());
            case "link delete" -> links.remove(arguments.get(3));
            case "link set", "address replace" -> {
                if (!links.containsKey(arguments.contains("address") ? arguments.get(4) : arguments.get(3))) {
                    return new Outcome(1, "Cannot find device\n");
                }
            }
            default -> throw new AssertionError(line);
        }
        return changed(line);
    }

    private Outcome resolvectl(String line, List<String> arguments) {
        if (arguments.size() == 1) {
            return new Outcome(0, "Global:\n");
        }
        Map<String, String> link = links.get(arguments.get(1));
        if (link == null) {
            return new Outcome(1, "Failed to resolve interface \"" + arguments.get(1) + "\": No such device\n");
        }
        String what = arguments.get(0);
        if (what.equals("revert")) {
            link.clear();
            return changed(line);
        }
        if (!List.of("dns", "domain", "default-route", "llmnr", "mdns", "dnssec", "dnsovertls").contains(what)) {
            return new Outcome(1, "Unknown command verb " + what + ".\n");
        }
        if (arguments.size() > 2) {
            link.put(what, String.join("\n      ", arguments.subList(2, arguments.size())));
            return changed(line);
        }
        String value = link.getOrDefault(what, what.equals("default-route") ? "no" : "");
        return new Outcome(0, "Link 2 (" + arguments.get(1) + "): " + value + "\n");
    }

    private Outcome changed(String line) {
        changes.add(line);
        if (life-- == 0) {
            throw new Death();
        }
        return new Outcome(0, "");
    }

    SystemRoot root() {
        return root;
    }
}
