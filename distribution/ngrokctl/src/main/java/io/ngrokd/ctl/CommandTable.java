package io.ngrokd.ctl;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;

/** All commands, in the order in which they are shown. */
final class CommandTable {

    private static final Map<String, Function<Ngrokctl, Object>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("status", StatusCommand::new);
        ALL.put("list", ListCommand::new);
        ALL.put("health", HealthCommand::new);
        ALL.put("set-api-key", SetApiKeyCommand::new);
        ALL.put("config", program -> new ConfigCommand());
        ALL.put("refresh-cert", RefreshCertCommand::new);
        ALL.put("reload", ReloadCommand::new);
        ALL.put("poll", PollCommand::new);
        ALL.put("wait", WaitCommand::new);
        ALL.put("events", EventsCommand::new);
        ALL.put("logs", LogsCommand::new);
        ALL.put("doctor", DoctorCommand::new);
        ALL.put("plan", PlanCommand::new);
        ALL.put("plugin", program -> new PluginCommand());
        ALL.put("bugreport", BugreportCommand::new);
        ALL.put("completion", CompletionCommand::new);
        ALL.put("version", VersionCommand::new);
        ALL.put("help", HelpCommand::new);
    }

    /** Alone, they show the commands and not what is below them. */
    private static final Set<String> OVERVIEW = Set.of("help", "-h", "--help");

    /** Commands below commands. */
    private static final Map<String, Map<String, Function<Ngrokctl, Object>>> BELOW = new LinkedHashMap<>();

    static {
        Map<String, Function<Ngrokctl, Object>> config = new LinkedHashMap<>();
        config.put("show", ConfigShowCommand::new);
        config.put("check", ConfigCommand.Check::new);
        config.put("edit", ConfigEditCommand::new);
        config.put("path", ConfigCommand.Where::new);
        BELOW.put("config", config);
        Map<String, Function<Ngrokctl, Object>> plugin = new LinkedHashMap<>();
        plugin.put("list", PluginCommand.Listing::new);
        plugin.put("info", PluginCommand.Info::new);
        plugin.put("enable", PluginCommand.Enable::new);
        plugin.put("disable", PluginCommand.Disable::new);
        plugin.put("reload", PluginCommand.Reload::new);
        BELOW.put("plugin", plugin);
    }

    /** Those that look at the others. */
    private static final Set<String> ABOUT_ALL = Set.of("help", "completion");

    /** Part of how the start-up cache is made, and nobody's daily business. */
    private static final String HIDDEN = "rehearse";

    /** What the scripts for completion ask. */
    private static final String NAMES = "names";

    private CommandTable() {}

    static Set<String> names() {
        return ALL.keySet();
    }

    /**
     * Adds those that the arguments may mean. Each costs some milliseconds, since picocli reads its annotations; all of them
     * are there when all are to be shown, or when the arguments name none.
     */
    static void add(CommandLine commands, Ngrokctl program, String... arguments) {
        List<String> given = List.of(arguments);
        if (given.contains(HIDDEN)) {
            commands.addSubcommand(HIDDEN, new RehearseCommand(program));
            return;
        }
        if (!given.isEmpty() && given.getFirst().equals(NAMES)) {
            commands.addSubcommand(NAMES, new NamesCommand(program));
            return;
        }
        boolean all = given.stream().noneMatch(ALL::containsKey) || given.stream().anyMatch(ABOUT_ALL::contains);
        ALL.forEach((name, command) -> {
            if (all || given.contains(name)) {
                CommandLine added = new CommandLine(command.apply(program));
                if (given.size() != 1 || !OVERVIEW.contains(given.getFirst())) {
                    BELOW.getOrDefault(name, Map.of()).forEach((below, one) -> added.addSubcommand(below, one.apply(program)));
                }
                commands.addSubcommand(name, added);
            }
        });
    }
}
