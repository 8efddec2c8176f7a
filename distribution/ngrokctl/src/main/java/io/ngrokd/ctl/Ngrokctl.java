package io.ngrokd.ctl;

import io.ngrokd.ctl.client.ControlSocket;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.output.Times;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program, and the options that every command has. */
@Command(
        name = "ngrokctl",
        description = "Talks to the running ngrokd daemon.",
        subcommands = {
            StatusCommand.class,
            ListCommand.class,
            HealthCommand.class,
            SetApiKeyCommand.class,
            RefreshCertCommand.class,
            VersionCommand.class,
            RehearseCommand.class,
            HelpCommand.class
        },
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        usageHelpAutoWidth = false,
        optionListHeading = "%nOptions, before or behind the command:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExit codes:%n",
        footer = "  0 done   1 error   2 usage   3 no daemon   4 not permitted   5 timed out")
public final class Ngrokctl implements Runnable {

    private static final Path USUAL_SOCKET = Path.of("/var/run/ngrokd.sock");

    @Option(names = "--socket", paramLabel = "PATH", scope = ScopeType.INHERIT,
            description = "The daemon's control socket; else $NGROKD_SOCKET, else /var/run/ngrokd.sock.")
    private Path socket;

    @Option(names = "--timeout", paramLabel = "SECONDS", scope = ScopeType.INHERIT,
            description = "How long to wait for an answer: 10, for set-api-key and refresh-cert 60.")
    private Integer timeout;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print JSON, for programs.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "Say how it is used.")
    private boolean help;

    @Option(names = {"-V", "--version"}, versionHelp = true, description = "Print the version.")
    private boolean version;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    private final Surroundings surroundings;
    private final PrintStream text;

    private Ngrokctl(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.text = new PrintStream(surroundings.output(), false, Charset.forName(System.getProperty("native.encoding", "US-ASCII")));
    }

    /** Runs the program and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Outlet output = new Outlet(new FileOutputStream(FileDescriptor.out));
        int code;
        try {
            code = run(Surroundings.ofThisProcess(output), arguments);
            output.flush();
        } catch (IOException saidBelow) {
            code = ExitStatus.ERROR.code();
        } catch (OutOfMemoryError tooMuch) {
            System.err.println("ngrokctl: the answer does not fit into memory.");
            code = ExitStatus.ERROR.code();
        } catch (RuntimeException | LinkageError fault) {
            System.err.println("ngrokctl: a fault of its own: " + fault);
            code = ExitStatus.ERROR.code();
        }
        if (output.failure() != null) {
            code = ExitStatus.ERROR.code();
            // Nobody reads any more, as behind `ngrokctl list | head`: that is no news to anybody.
            if (!"Broken pipe".equals(output.failure().getMessage())) {
                System.err.println("ngrokctl: the output could not be written: " + output.failure().getMessage());
            }
        }
        System.exit(code);
    }

    /** Runs one command line and returns its exit code. */
    static int run(Surroundings surroundings, String... arguments) {
        Ngrokctl program = new Ngrokctl(surroundings);
        PrintStream errors = new PrintStream(surroundings.errors(), true, program.text.charset());
        Complaints complaints = new Complaints(errors);
        CommandLine commands = new CommandLine(program, new CommandFactory(program));
        commands.setColorScheme(CommandLine.Help.defaultColorScheme(surroundings.terminal().colour() ? Ansi.ON : Ansi.OFF));
        commands.setUsageHelpWidth(Math.clamp(surroundings.terminal().width(), 60, 100));
        commands.setOut(new PrintWriter(program.text));
        commands.setParameterExceptionHandler(complaints::aboutUsage);
        commands.setExecutionExceptionHandler(complaints::aboutFailure);
        int code = commands.execute(arguments);
        program.text.flush();
        return code;
    }

    /** Without a command there is nothing to do but say what there is. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    Surroundings surroundings() {
        return surroundings;
    }

    PrintStream text() {
        return text;
    }

    boolean json() {
        return json;
    }

    Times times() {
        return new Times(surroundings.clock().instant(), surroundings.clock().getZone());
    }

    Duration timeout(int usualSeconds) {
        if (timeout != null && (timeout < 1 || timeout > 86_400)) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--timeout is 1 to 86400 seconds.");
        }
        return Duration.ofSeconds(timeout == null ? usualSeconds : timeout);
    }

    ControlSocket socket(Duration patience) {
        String named = surroundings.environment().getOrDefault("NGROKD_SOCKET", "");
        Path unnamed = named.isEmpty() ? USUAL_SOCKET : Path.of(named);
        return new ControlSocket(socket == null ? unnamed : socket, patience);
    }
}
