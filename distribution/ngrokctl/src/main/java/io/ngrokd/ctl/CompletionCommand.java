package io.ngrokd.ctl;

import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.completion.Bash;
import io.ngrokd.ctl.completion.Fish;
import io.ngrokd.ctl.completion.Words;
import io.ngrokd.ctl.completion.Zsh;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ngrokctl completion}. */
@Command(name = "completion", description = {"Print what makes a shell complete commands, options, and names of endpoints and plugins.",
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
        List<Words.Node> all = Words.of(spec.parent().commandLine());
        program.text().print(switch (shell) {
            case "bash" -> Bash.script(all);
            case "zsh" -> Zsh.script(all);
            case "fish" -> Fish.script(all);
            default -> throw new CommandLine.ParameterException(spec.commandLine(), "There are scripts for bash, zsh and fish.");
        });
        return ExitStatus.OK.code();
    }
}
