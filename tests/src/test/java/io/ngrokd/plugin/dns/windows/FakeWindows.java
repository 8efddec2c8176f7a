package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Windows, as far as name resolution goes: a folder with a {@code powershell.exe}, which is {@link FakePowerShell}, and a table of
 * rules, looked up in as Windows does.
 */
final class FakeWindows {

    private final Path root;
    private final RuleStore rules;

    private FakeWindows(Path root) throws IOException {
        this.root = root;
        this.rules = new RuleStore(Files.createDirectories(root.resolve("state")));
    }

    static FakeWindows in(Path root) throws IOException {
        FakeWindows windows = new FakeWindows(root);
        Path folder = Files.createDirectories(root.resolve("Windows/System32/WindowsPowerShell/v1.0/Modules/DnsClient")).getParent()
                .getParent();
        Path program = folder.resolve("powershell.exe");
        Path classes;
        try {
            classes = Path.of(FakePowerShell.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException impossible) {
            throw new IOException(impossible);
        }
        Files.writeString(program, "#!/bin/sh\nexec '" + System.getProperty("java.home")
                + "/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
                + " -cp '" + classes + "' " + FakePowerShell.class.getName() + " '" + root.resolve("state") + "' \"$@\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return windows;
    }

    Path root() {
        return root;
    }

    RuleStore rules() {
        return rules;
    }

    /** From now on ngrokd is no administrator. */
    void takesAdministratorAway() throws IOException {
        rules.set("no-administrator", "");
    }

    void givesAdministratorBack() throws IOException {
        rules.clear("no-administrator");
    }

    /** Group Policy has a table, perhaps an empty one. */
    void joinsADomainWithPolicies() throws IOException {
        rules.set("policy", "");
    }

    /** Arrays are written the way in which Windows PowerShell writes some of them. */
    void wrapsArrays() throws IOException {
        rules.set("wrap-arrays", "");
    }

    /** How often its cache was emptied. */
    long flushes() throws IOException {
        return rules.get("flushes").lines().count();
    }

    /**
     * The server that Windows asks for a name; empty: those of the interfaces. The rule for the very name counts before
     * suffixes, longer suffixes before shorter ones, and those before a rule for the beginning of a name.
     */
    Optional<InetSocketAddress> serverFor(String name) throws IOException {
        String lower = name.toLowerCase(Locale.ROOT);
        Map<String, String> best = Map.of();
        int bestScore = 0;
        for (Map<String, String> rule : rules.has("policy") ? List.<Map<String, String>>of() : rules.all()) {
            for (String namespace : rule.get("Namespace").toLowerCase(Locale.ROOT).split(",")) {
                int score = score(lower, namespace);
                if (score > bestScore) {
                    best = rule;
                    bestScore = score;
                }
            }
        }
        return Optional.ofNullable(best.get("NameServers")).map(servers ->
                new InetSocketAddress(InetAddress.ofLiteral(servers.split(",")[0]), 53));
    }

    private static int score(String name, String namespace) {
        if (namespace.equals(".")) {
            return 1;
        }
        if (namespace.startsWith(".")) {
            return name.endsWith(namespace) ? 1000 + namespace.length() : 0;
        }
        if (namespace.indexOf('.') < 0) {
            return name.startsWith(namespace + ".") || name.equals(namespace) ? 2 : 0;
        }
        return name.equals(namespace) ? 10_000 : 0;
    }
}
