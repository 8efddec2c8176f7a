package io.ngrokd.cloud.demo;

import ch.qos.logback.classic.Level;
import io.ngrokd.cloud.CommandLog;
import io.ngrokd.cloud.ModuleVersion;
import io.ngrokd.cloud.StopSignal;
import io.ngrokd.cloud.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ngrokd demo}: shows the daemon at work with a cloud of its own. */
@Command(name = "demo", mixinStandardHelpOptions = true, versionProvider = ModuleVersion.class,
        description = "Runs a local cloud and a daemon, calls every kind of endpoint, and stays up for you to try.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:everything answered", "1:something did not", "2:wrong usage"})
public final class DemoCommand implements Callable<Integer> {

    private static final int LOG_LINES = 30;
    private static final int LONGEST_PARENT = 60;
    private static final Path SHORT_PARENT = Path.of("/tmp");

    @Spec
    private CommandSpec spec;

    @Option(names = "--once", description = "Stop when everything answered instead of staying up.")
    private boolean once;

    @Option(names = "--keep", description = "Keep the folder with the configuration and the logs.")
    private boolean keep;

    @Option(names = "--home", paramLabel = "FOLDER", defaultValue = "${sys:ngrokd.home}",
            description = "Where ngrokd is installed; bin/ngrokd in it is started.")
    private Path home;

    private StopSignal signal;
    private Narrator narrator;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new DemoCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path launcher = home == null ? null
                : home.toAbsolutePath().resolve("bin").resolve(isWindows() ? "ngrokd.cmd" : "ngrokd");
        if (launcher == null || !Files.isExecutable(launcher)) {
            spec.commandLine().getErr().println("demo: no daemon to start: "
                    + (launcher == null ? "--home says nowhere where it is installed"
                            : launcher + " is not there or can't be executed") + "; give --home FOLDER.");
            return CommandLine.ExitCode.USAGE;
        }
        CommandLog.configure(Level.WARN);
        narrator = new Narrator(spec.commandLine().getOut(), System.console() != null
                && System.console().isTerminal() && System.getenv("NO_COLOR") == null);
        signal = StopSignal.install();
        int code = CommandLine.ExitCode.SOFTWARE;
        try {
            code = show(launcher);
        } finally {
            signal.finish(code);
        }
        return code;
    }

    private int show(Path launcher) throws IOException, InterruptedException {
        DemoFiles files = new DemoFiles(temporaryFolder());
        boolean good = false;
        try {
            good = perform(launcher, files);
            if (!good) {
                showLog(files);
            }
        } finally {
            // The journal says what is to be undone: without it nobody could.
            if (keep || files.isAnythingToUndo()) {
                narrator.line("    kept: " + files.folder());
            } else {
                files.delete();
            }
        }
        return good ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** @return whether everything answered and everything was undone */
    private boolean perform(Path launcher, DemoFiles files) throws InterruptedException {
        try {
            Surroundings surroundings = Surroundings.of(System.getenv(), files.folder());
            Demo demo = new Demo(launcher, files, surroundings, narrator, signal::isAsked);
            boolean answered = false;
            boolean undone = false;
            try {
                answered = present(demo);
            } finally {
                undone = demo.undo();
            }
            return answered && undone;
        } catch (IOException e) {
            narrator.bad(e.toString());
            return false;
        }
    }

    private boolean present(Demo demo) throws InterruptedException {
        try {
            demo.run();
            if (once) {
                return true;
            }
            demo.printCommands(home.toAbsolutePath());
            return stayUp(demo);
        } catch (DemoException | ConfigException | IOException | IllegalStateException e) {
            // Asked to stop while something was still starting or was being called: the daemon is asked as well, and the
            // JVM then refuses much of what a start needs.
            boolean stopped = signal.isAsked() || e instanceof DemoException failed && failed.isStopped();
            if (!stopped) {
                narrator.bad(e.getMessage());
            }
            return stopped;
        }
    }

    private boolean stayUp(Demo demo) throws InterruptedException {
        while (!signal.isAsked()) {
            if (demo.hasDaemonDied()) {
                narrator.bad("the daemon ended by itself");
                return false;
            }
            Thread.sleep(300);
        }
        return true;
    }

    private void showLog(DemoFiles files) throws IOException {
        List<String> lines = files.lastLogLines(LOG_LINES);
        narrator.line("    the last " + lines.size() + " lines of the daemon's log:");
        lines.forEach(line -> narrator.line("    | " + line));
    }

    /** Short, because the reader pastes it, and because the path of a Unix socket must be. */
    private static Path temporaryFolder() throws IOException {
        Path usual = Path.of(System.getProperty("java.io.tmpdir"));
        Path parent = usual.toString().length() > LONGEST_PARENT && Files.isDirectory(SHORT_PARENT) ? SHORT_PARENT : usual;
        String name = "ngrokd-demo-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        return Files.createDirectory(parent.resolve(name), isWindows() ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))});
    }

    private static boolean isWindows() {
        return System.getProperty("os.name", "").startsWith("Windows");
    }
}
