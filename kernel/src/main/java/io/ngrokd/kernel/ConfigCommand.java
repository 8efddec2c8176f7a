package io.ngrokd.kernel;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ngrokd.kernel.config.ConfigException;
import io.ngrokd.kernel.config.ConfigFile;
import io.ngrokd.kernel.config.ConfigReader;
import io.ngrokd.kernel.config.ConfigSchema;
import io.ngrokd.kernel.config.Effective;
import io.ngrokd.kernel.config.Setting;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ngrokd config}: checks and shows the configuration as a daemon would read it now, without starting one. */
@Command(name = "config", description = "Check and show the configuration, without starting anything.", sortOptions = false)
final class ConfigCommand implements Runnable {

    @ParentCommand
    private Main parent;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: check, show, schema or path");
    }

    @Command(name = "check", description = {"Check a config file and the variables of the environment.",
        "Prints every problem and exits with 1 when there is one; 0 when all is good."})
    int check(@Parameters(arity = "0..1", paramLabel = "PATH", description = "The file (default: that of --config).") Path path) {
        Path file = path == null ? parent.configPath() : path;
        if (!Files.isRegularFile(file)) {
            return Main.complain(file + (Files.exists(file) ? " is no file" : ": there is no such file"));
        }
        try {
            Effective good = ConfigFile.check(file, reader());
            good.warnings().forEach(warning -> System.err.println("warning: " + warning));
            out().println(file + ": good");
            return 0;
        } catch (ConfigException problems) {
            // Without a prefix: editors and CI know FILE:LINE:COLUMN.
            System.err.println(problems.getMessage());
            return 1;
        }
    }

    @Command(name = "show", description = "Print every key with the value that counts; secrets are masked.")
    int show(
            @Option(names = "--origin", description = "Say where each value came from: default, file and line, variable.") boolean origin,
            @Option(names = "--json", description = "Print JSON, with the origins.") boolean json) {
        if (parent.isConfigMissing()) {
            return Main.complain("there is no config file " + parent.configPath());
        }
        try {
            Effective effective = Files.exists(parent.configPath())
                    ? ConfigFile.check(parent.configPath(), reader())
                    : reader().readAll(parent.configPath().toString(), "");
            if (json) {
                ObjectNode document = effective.json(parent.configPath().toString());
                out().println(document.toPrettyString());
            } else {
                print(effective.settings(), origin);
                effective.warnings().forEach(warning -> System.err.println("warning: " + warning));
            }
            return 0;
        } catch (ConfigException problems) {
            System.err.println(problems.getMessage());
            return 1;
        }
    }

    @Command(name = "schema", description = {"Print the JSON schema of the config file, for editors.",
        "A file that begins with '# yaml-language-server: $schema=PATH' is completed and checked by it."})
    int schema() {
        out().println(ConfigSchema.document().toPrettyString());
        return 0;
    }

    @Command(name = "path", description = "Print the path of the config file that counts.")
    int path() {
        out().println(parent.configPath());
        if (!Files.exists(parent.configPath())) {
            System.err.println("ngrokd: there is no such file; defaults and environment count");
        }
        return 0;
    }

    private static void print(List<Setting> settings, boolean origin) {
        int keys = settings.stream().mapToInt(setting -> setting.key().length()).max().orElse(0);
        int values = Math.min(60, settings.stream().mapToInt(setting -> setting.text().length()).max().orElse(0));
        for (Setting setting : settings) {
            String line = String.format("%-" + keys + "s  %s", setting.key(), setting.text());
            out().println(origin ? String.format("%-" + (keys + 2 + values) + "s  %s", line, setting.originText()) : line);
        }
    }

    private static ConfigReader reader() {
        return new ConfigReader(Installation.current().environment());
    }

    /** Values may have any character, whatever the locale. */
    private static PrintStream out() {
        return Output.STREAM;
    }

    private static final class Output {
        static final PrintStream STREAM = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }
}
