package io.ngrokd.cloud.rehearsal;

import ch.qos.logback.classic.Level;
import io.ngrokd.cloud.CommandLog;
import io.ngrokd.cloud.ModuleVersion;
import io.ngrokd.cloud.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ngrokd start-cache}. */
@Command(name = "start-cache", mixinStandardHelpOptions = true, versionProvider = ModuleVersion.class,
        description = {"Makes the files lib/*.aot, with which ngrokd and ngrokctl start in half the time.",
            "They hold for one Java and one place: make them anew after either changed. Without them everything works as well."},
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:made", "1:could not be made", "2:wrong usage"})
public final class StartCacheCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--home", paramLabel = "FOLDER", defaultValue = "${sys:ngrokd.home}", description = "Where ngrokd is installed.")
    private Path home;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new StartCacheCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        if (home == null || !Files.isExecutable(home.resolve("bin/ngrokd")) || !Files.isExecutable(home.resolve("bin/ngrokctl"))) {
            err.println("start-cache: there is no bin/ngrokd and bin/ngrokctl in " + home + "; give --home FOLDER.");
            return CommandLine.ExitCode.USAGE;
        }
        CommandLog.configure(Level.WARN);
        try {
            for (Path made : new Rehearsal(home.toAbsolutePath().normalize()).run()) {
                spec.commandLine().getOut().println(made + "  " + (Files.size(made) >> 20) + " MiB");
            }
            return CommandLine.ExitCode.OK;
        } catch (IOException | ConfigException | IllegalStateException failed) {
            err.println("start-cache: " + failed.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
