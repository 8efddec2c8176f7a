package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.Commands;
import io.ngrokd.ctl.client.ControlSocket;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.client.Http;
import io.ngrokd.ctl.client.HttpCommands;
import io.ngrokd.ctl.client.SocketWay;
import io.ngrokd.ctl.client.UrlWay;
import io.ngrokd.ctl.output.Times;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program, and the options that every command has. */
@Command(
        name = "ngrokctl",
        description = "Talks to the running ngrokd daemon.",
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

    @Option(names = "--url", paramLabel = "URL", scope = ScopeType.INHERIT,
            description = "Ask over TCP instead of the socket: http://127.0.0.1:8081.")
    private String url;

    @Option(names = "--token-file", paramLabel = "FILE", scope = ScopeType.INHERIT,
            description = "With --url, to change things: the daemon's control.token; else $NGROKD_TOKEN_FILE.")
    private Path tokenFile;

    @Option(names = "--timeout", paramLabel = "SECONDS", scope = ScopeType.INHERIT,
            description = "How long to wait for an answer: 10, for what asks ngrok 60, for wait 60.")
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
        CommandLine commands = new CommandLine(program);
        CommandTable.add(commands, program, arguments);
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

    /** Shows at once what was printed, for commands that go on. */
    void flush() throws IOException {
        text.flush();
        surroundings.output().flush();
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

    /** Whom to ask instead of the socket. */
    Optional<String> url() {
        return Optional.ofNullable(url);
    }

    /** The commands that every daemon has. */
    Commands socket(Duration patience) throws CommandFailure {
        return url == null ? new ControlSocket(socketPath(), patience) : new HttpCommands(http(patience));
    }

    /** The API that ngrokd for Java has. */
    Http http(Duration patience) throws CommandFailure {
        return url == null ? new Http(new SocketWay(socketPath()), patience, "") : new Http(new UrlWay(url), patience, token());
    }

    /** The socket that is asked; empty with {@code --url}. */
    Optional<Path> askedSocket() {
        return url == null ? Optional.of(socketPath()) : Optional.empty();
    }

    private Path socketPath() {
        String named = surroundings.environment().getOrDefault("NGROKD_SOCKET", "");
        Path unnamed = named.isEmpty() ? USUAL_SOCKET : Path.of(named);
        return socket == null ? unnamed : socket;
    }

    private String token() throws CommandFailure {
        String named = surroundings.environment().getOrDefault("NGROKD_TOKEN_FILE", "");
        Path file = tokenFile != null || named.isEmpty() ? tokenFile : Path.of(named);
        if (file == null) {
            return "";
        }
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new CommandFailure(ExitStatus.NOT_PERMITTED, "The token cannot be read: " + file + " (" + unreadable.getClass().getSimpleName() + ").",
                    "It is control.token in the daemon's state folder, and only the daemon's user may read it: use sudo.");
        }
    }
}
