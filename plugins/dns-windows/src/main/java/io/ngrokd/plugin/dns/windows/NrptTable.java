package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The Name Resolution Policy Table, through the commands of the module DnsClient. */
final class NrptTable {

    /** Here Group Policy keeps its table; when the key exists, empty or not, Windows ignores all other rules. */
    static final String POLICY_KEY = "HKLM:\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\DNSClient\\DnsPolicyConfig";

    /** A command takes up to a second when Windows is busy, and there are some forty to a script. */
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A command line may have 32,767 characters on Windows. */
    private static final int LONGEST_SCRIPT = 8_000;

    private static final String QUIET = "$ProgressPreference = 'SilentlyContinue'";
    private static final String READ = "$ErrorActionPreference = 'Stop'; ConvertTo-Json -Compress -Depth 3 -InputObject "
            + "@(Get-DnsClientNrptRule | Select-Object -Property Name, Namespace, NameServers, Comment); "
            + "Test-Path -LiteralPath " + PowerShell.quoted(POLICY_KEY);

    private final PowerShell powerShell;

    NrptTable(PowerShell powerShell) {
        this.powerShell = powerShell;
    }

    /**
     * The table.
     *
     * @param ruledByPolicy whether Group Policy has a table of its own, so that none of these rules counts
     * @param errors what commands said that failed while the table was changed
     */
    record State(List<NrptRule> rules, boolean ruledByPolicy, String errors) {

        List<NrptRule> ours() {
            return rules.stream().filter(NrptRule::isOurs).toList();
        }

        /** Whether a command was refused because we are no administrator; the words are those that no translation changes. */
        boolean isDenied() {
            // The lines are wrapped anywhere.
            String words = errors.replaceAll("\\s", "");
            return words.contains("PermissionDenied") || words.contains("WindowsSystemError5,") || words.contains("0x80070005");
        }
    }

    State read() throws IOException {
        return state(powerShell.run(LIMIT, QUIET + "; " + READ), "");
    }

    /**
     * Removes and adds rules, empties the resolver's cache and reads the table again. A command that fails does not keep the others
     * from being tried.
     */
    State change(Plan plan) throws IOException {
        List<String> commands = new ArrayList<>();
        for (NrptRule rule : plan.remove()) {
            commands.add("Remove-DnsClientNrptRule -Name " + PowerShell.quoted(rule.name()) + " -Force");
        }
        for (String domain : plan.add()) {
            commands.add("Add-DnsClientNrptRule -Namespace "
                    + new TreeSet<>(NrptRule.namespacesOf(domain)).stream().map(PowerShell::quoted).collect(Collectors.joining(", "))
                    + " -NameServers " + PowerShell.quoted(plan.server()) + " -Comment " + PowerShell.quoted(NrptRule.MARK)
                    + " -DisplayName " + PowerShell.quoted("ngrokd: " + domain));
        }
        StringBuilder errors = new StringBuilder();
        StringBuilder script = new StringBuilder();
        for (String command : commands) {
            if (script.length() + command.length() > LONGEST_SCRIPT) {
                errors.append(powerShell.run(LIMIT, QUIET + script).errors());
                script.setLength(0);
            }
            script.append("; ").append(command);
        }
        return state(powerShell.run(LIMIT, QUIET + script + "; Clear-DnsClientCache; " + READ), errors.toString());
    }

    private static State state(PowerShell.Result result, String earlierErrors) throws IOException {
        String errors = earlierErrors + result.errors();
        if (result.exitCode() != 0) {
            throw new IOException("PowerShell ended with exit code " + result.exitCode() + ": " + gist(errors));
        }
        List<String> lines = result.output().lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        try {
            // Compressed JSON has no line ends of its own: where there are some, a narrow console has put them in.
            String json = String.join("", lines.subList(0, Math.max(0, lines.size() - 1)));
            boolean policy = switch (lines.isEmpty() ? "nothing" : lines.getLast().toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                case String other -> throw new IllegalArgumentException("the last line is '" + other + "'");
            };
            return new State(Json.objects(json).stream().map(NrptRule::of).toList(), policy, errors);
        } catch (IllegalArgumentException unexpected) {
            throw new IOException("PowerShell printed something unexpected: " + unexpected.getMessage(), unexpected);
        }
    }

    /** The first words of an error, on one line. */
    static String gist(String errors) {
        String line = errors.strip().replaceAll("\\s+", " ");
        return line.isEmpty() ? "it said nothing" : line.length() <= 300 ? line : line.substring(0, 300) + "...";
    }
}
