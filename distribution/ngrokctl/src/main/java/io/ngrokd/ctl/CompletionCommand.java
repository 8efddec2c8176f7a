package io.ngrokd.ctl;

import io.ngrokd.ctl.client.ExitStatus;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ngrokctl completion}. */
@Command(name = "completion", description = {"Print what makes a shell complete ngrokctl's commands and options.",
    "bash, zsh: source <(ngrokctl completion bash), in ~/.bashrc or ~/.zshrc", "fish: ngrokctl completion fish | source, in config.fish"})
final class CompletionCommand implements Callable<Integer> {

    private final Ngrokctl program;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    private String shell;

    @Spec
    private CommandSpec spec;

    CompletionCommand(Ngrokctl program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        CommandLine all = spec.parent().commandLine();
        switch (shell) {
            // picocli's script works in zsh too: it sets up what zsh has for scripts of bash.
            case "bash", "zsh" -> program.text().print(AutoComplete.bash("ngrokctl", all));
            case "fish" -> fish(all);
            default -> throw new CommandLine.ParameterException(spec.commandLine(), "There are scripts for bash, zsh and fish.");
        }
        return ExitStatus.OK.code();
    }

    private void fish(CommandLine all) {
        program.text().println("complete -c ngrokctl -f");
        options(all.getCommandSpec(), "");
        all.getSubcommands().forEach((name, command) -> {
            line("__fish_use_subcommand", "-a " + name, command.getCommandSpec());
            options(command.getCommandSpec(), "__fish_seen_subcommand_from " + name);
            command.getSubcommands().forEach((below, second) ->
                    line("__fish_seen_subcommand_from " + name, "-a " + below, second.getCommandSpec()));
        });
    }

    private void line(String when, String what, CommandSpec command) {
        String[] description = command.usageMessage().description();
        program.text().println("complete -c ngrokctl -n '" + when + "' " + what + described(description));
    }

    private void options(CommandSpec command, String when) {
        command.options().stream().filter(option -> when.isEmpty() || !option.inherited()).forEach(option -> {
            StringBuilder line = new StringBuilder("complete -c ngrokctl" + (when.isEmpty() ? "" : " -n '" + when + "'"));
            for (String name : option.names()) {
                line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
            }
            program.text().println(line + (option.arity().max() > 0 ? " -r" : "") + described(option.description()));
        });
    }

    private static String described(String[] description) {
        return description.length == 0 ? "" : " -d '" + description[0].replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
