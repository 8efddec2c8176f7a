package io.ngrokd.ctl.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A report that is ready to be packed: freed of secrets, with a table of contents.
 *
 * @param items the files, the table of contents first
 * @param gaps what is not in it
 */
public record Report(List<Findings.Item> items, List<Findings.Gap> gaps) {

    /** For everybody who is about to send one. */
    public static final String NOTE = "Keys, tokens, passwords and cookies are masked wherever ngrokctl can tell them. Names of hosts, "
            + "addresses and what else "
            + "this machine's files hold are in it: read it before you send it.";

    private static final Set<String> OF_NGROKCTL = Set.of("NGROKD_SOCKET", "NGROKD_TOKEN_FILE", "NGROK_API_KEY_FILE", "NGROKD_JAVA_HOME",
            "NGROKD_START_CACHE",
            "NGROKD_HOSTS_PATH", "JAVA_HOME", "LANG", "LC_ALL", "TERM", "SUDO_USER", "HOSTNAME", "COMPUTERNAME", "PATH");

    /**
     * Frees everything of secrets.
     *
     * @param installation to find the files with secrets
     * @param configFile of the daemon
     */
    public static Report of(
            Findings findings, InstallationPart installation, Path configFile, Map<String, String> environment, Instant at,
                    String version) {
        Secrets secrets = new Secrets().environment(environment).config(configFile);
        installation.path("server.client_key").ifPresent(secrets::lines);
        installation.path("server.state_dir").ifPresent(folder -> secrets.lines(folder.resolve("control.token"))
                .lines(folder.resolve("pending.key")));
        Masking masking = new Masking(secrets.all());
        List<Findings.Item> items = new ArrayList<>();
        findings.items().forEach(item -> items.add(new Findings.Item(item.name(), item.what(), masking.mask(item.name(), item.content()))));
        List<Findings.Gap> gaps = findings.gaps().stream()
                .map(gap -> new Findings.Gap(gap.name(), masking.mask(gap.reason()).replaceAll("\\s+", " "))).toList();
        items.addFirst(new Findings.Item("contents.txt", "this list, and what is not here and why", contents(items, gaps, at, version)));
        return new Report(List.copyOf(items), gaps);
    }

    private static byte[] contents(List<Findings.Item> items, List<Findings.Gap> gaps, Instant at, String version) {
        StringBuilder text = new StringBuilder("A report of ngrokd, made by ngrokctl " + version + " at " + at + ".\n" + NOTE + "\n\n");
        items.forEach(item -> text.append(String.format("%-20s %s%n", item.name(), item.what())));
        text.append("\nNot in it:\n");
        gaps.forEach(gap -> text.append("  ").append(gap.name()).append(": ").append(gap.reason()).append('\n'));
        return text.append(gaps.isEmpty() ? "  (nothing is missing)\n" : "").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Which ngrokctl this is, and what it runs on. */
    public static String ngrokctl(Map<String, String> environment, String version) {
        StringBuilder text = new StringBuilder("ngrokctl " + version + "\n");
        for (String property : new String[] {"java.version", "java.vendor", "java.home", "os.name", "os.version", "os.arch", "user.name"}) {
            text.append(property).append(' ').append(System.getProperty(property, "?")).append('\n');
        }
        text.append("\nEnvironment of ngrokctl, as far as it looks at it:\n");
        environment.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(variable -> {
            if (OF_NGROKCTL.contains(variable.getKey())) {
                text.append(variable.getKey()).append('=').append(variable.getValue()).append('\n');
            } else if (variable.getKey().startsWith("NGROK") || variable.getKey().toUpperCase(Locale.ROOT).endsWith("_PROXY")) {
                text.append(variable.getKey()).append(" (set, not shown)\n");
            }
        });
        return text.toString();
    }
}
