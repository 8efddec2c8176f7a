package io.ngrokd.ctl.report;

import java.io.IOException;
import java.io.InputStream;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Interfaces, addresses, routes, resolver and the service's log, as this system's own programs and files show them. */
public final class MachinePart {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int LONGEST_FILE = 4 << 20;

    private final Findings findings;
    private final List<Source> sources;

    /** Where something is looked for. */
    private sealed interface Source {
        String file();

        String what();
    }

    /** A program's output; optional ones are not missed where there is no such program. */
    private record Program(String file, String what, boolean optional, List<String> command) implements Source {}

    /** A file's content, or that of the files in a folder; optional ones are not missed. */
    private record Text(String file, String what, boolean optional, Path path) implements Source {}

    /**
     * @param system as the Java property {@code os.name} has it
     * @param hosts the hosts file that the daemon writes to
     */
    public MachinePart(Findings findings, String system, Path hosts) {
        this.findings = findings;
        String name = system.toLowerCase(Locale.ROOT);
        List<Source> all = new ArrayList<>(name.startsWith("windows") ? windows() : name.startsWith("mac") ? macOs() : linux());
        all.add(new Text("hosts.txt", "the hosts file", false, hosts));
        sources = all;
    }

    private static List<Source> linux() {
        return List.of(
                program("system.txt", "the system, and as whom ngrokctl ran", "uname", "-a"),
                program("system.txt", "", "id"),
                new Text("system.txt", "", true, Path.of("/etc/os-release")),
                program("interfaces.txt", "interfaces and addresses", "ip", "-details", "address"),
                program("routes.txt", "rules and routes", "ip", "rule"),
                program("routes.txt", "", "ip", "route", "show", "table", "all"),
                program("routes.txt", "", "ip", "-6", "rule"),
                program("listeners.txt", "who listens on which port", "ss", "-tulpn"),
                new Text("resolver.txt", "how names are looked up", false, Path.of("/etc/resolv.conf")),
                new Text("resolver.txt", "", true, Path.of("/etc/nsswitch.conf")),
                new Program("resolver.txt", "", true, List.of("resolvectl", "--no-pager", "status")),
                new Program("journal.txt", "the service's log as systemd keeps it, its newest lines", true,
                        List.of("journalctl", "--no-pager", "-o", "short-iso", "-n", "3000", "-u", "ngrokd")));
    }

    private static List<Source> macOs() {
        return List.of(
                program("system.txt", "the system, and as whom ngrokctl ran", "sw_vers"),
                program("system.txt", "", "id"),
                program("interfaces.txt", "interfaces and addresses", "ifconfig", "-a"),
                program("routes.txt", "routes", "netstat", "-rn"),
                program("listeners.txt", "who listens on which port", "lsof", "-nP", "-iTCP", "-sTCP:LISTEN"),
                program("resolver.txt", "how names are looked up", "scutil", "--dns"),
                new Text("resolver.txt", "", true, Path.of("/etc/resolver")),
                new Text("resolver.txt", "", true, Path.of("/etc/resolv.conf")));
    }

    private static List<Source> windows() {
        return List.of(
                program("system.txt", "the system, and as whom ngrokctl ran", "cmd", "/c", "ver"),
                program("system.txt", "", "whoami", "/groups"),
                program("interfaces.txt", "interfaces and addresses", "ipconfig", "/all"),
                program("routes.txt", "routes", "route", "print"),
                program("listeners.txt", "who listens on which port", "netstat", "-ano"),
                program("resolver.txt", "how names are looked up", "powershell.exe", "-NoProfile", "-NonInteractive", "-Command",
                        "Get-DnsClientNrptRule | Format-List; Get-DnsClientServerAddress | Format-Table -AutoSize"));
    }

    private static Source program(String file, String what, String... command) {
        return new Program(file, what, false, List.of(command));
    }

    /** The hosts file of a system, unless the environment names another one. */
    public static Path hosts(String system, Map<String, String> environment) {
        String named = environment.getOrDefault("NGROKD_HOSTS_PATH", "");
        if (!named.isBlank()) {
            return Path.of(named);
        }
        return system.startsWith("Windows")
                ? Path.of(environment.getOrDefault("SystemRoot", "C:\\Windows"), "System32", "drivers", "etc", "hosts")
                        : Path.of("/etc/hosts");
    }

    /** What this machine is called, fit for a file's name. Asks no name server. */
    public static String name(Map<String, String> environment) {
        String name = environment.getOrDefault("COMPUTERNAME", "");
        try {
            name = name.isBlank() ? Programs.run(PATIENCE, List.of("uname", "-n")).output() : name;
        } catch (IOException noSuchProgram) {
            name = environment.getOrDefault("HOSTNAME", "");
        }
        String fit = name.strip().replaceAll("[^A-Za-z0-9.-]", "_").replaceFirst("^[.-]+", "");
        return fit.isEmpty() ? "unknown" : fit.substring(0, Math.min(60, fit.length()));
    }

    /** Looks everywhere; blocks for some seconds at most for each program that hangs. */
    public void collect() {
        javasView();
        for (String file : sources.stream().map(Source::file).distinct().toList()) {
            StringBuilder text = new StringBuilder();
            String what = "";
            for (Source source : sources.stream().filter(one -> one.file().equals(file)).toList()) {
                what = what.isEmpty() ? source.what() : what;
                append(source, text);
            }
            if (!text.isEmpty()) {
                findings.add(file, what, text.toString());
            }
        }
    }

    private void append(Source source, StringBuilder text) {
        boolean optional = source instanceof Program program ? program.optional() : ((Text) source).optional();
        String title = source instanceof Program program ? "$ " + String.join(" ", program.command()) : "# " + ((Text) source).path();
        try {
            String content = source instanceof Program program ? output(program) : content(((Text) source).path());
            text.append(title).append('\n').append(content).append(content.endsWith("\n") ? "\n" : "\n\n");
        } catch (IOException notHad) {
            if (!optional) {
                findings.missing(source.file(), notHad.getMessage());
                text.append(title).append("\nnot to be had: ").append(notHad.getMessage()).append("\n\n");
            }
        }
    }

    private static String output(Program program) throws IOException {
        Programs.Said said = Programs.run(PATIENCE, program.command());
        return said.status() == 0 ? said.output() : said.output() + "\n(exit code " + said.status() + ")\n";
    }

    /** The end of the file, when it is very long; of a folder its files, one behind the other. */
    static String content(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                StringBuilder all = new StringBuilder();
                for (Path file : files.sorted().filter(Files::isRegularFile).toList()) {
                    all.append("# ").append(file).append('\n').append(content(file)).append('\n');
                }
                return all.toString();
            }
        }
        try (InputStream input = Files.newInputStream(path)) {
            long skipped = Math.max(0, Files.size(path) - LONGEST_FILE);
            input.skipNBytes(skipped);
            return (skipped > 0 ? "(its last " + (LONGEST_FILE >> 20) + " MiB)\n" : "") + new String(input.readNBytes(LONGEST_FILE),
                    StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no " + path, missing);
        } catch (AccessDeniedException denied) {
            throw new IOException("not permitted to read " + path, denied);
        }
    }

    /** What needs none of the system's programs. */
    private void javasView() {
        StringBuilder text = new StringBuilder();
        try {
            for (NetworkInterface one : NetworkInterface.networkInterfaces().toList()) {
                text.append(one.getName()).append(one.isUp() ? " up" : " down").append(one.isLoopback() ? " loopback" : "")
                        .append(one.isVirtual() ? " virtual" : "").append(" mtu ").append(one.getMTU()).append('\n')
                        .append(one.getInterfaceAddresses().stream().map(address -> "  " + address.getAddress().getHostAddress() + "/"
                                + address.getNetworkPrefixLength() + "\n").collect(Collectors.joining()));
            }
            findings.add("interfaces-java.txt", "interfaces and addresses as Java sees them", text.toString());
        } catch (IOException notHad) {
            findings.missing("interfaces-java.txt", String.valueOf(notHad.getMessage()));
        }
    }
}
