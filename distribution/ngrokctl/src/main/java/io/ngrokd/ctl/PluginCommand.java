package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.FactBlock;
import io.ngrokd.ctl.output.Paint;
import io.ngrokd.ctl.output.Table;
import io.ngrokd.ctl.output.Table.Cell;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ngrokctl plugin ...}. */
@Command(name = "plugin", description = "Look at the daemon's plugins, take them out of use and into use, load them anew.",
        synopsisSubcommandLabel = "COMMAND")
final class PluginCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command?");
    }

    private static String path(String id) {
        return "/v1/plugins/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code ngrokctl plugin list}. */
    @Command(name = "list", description = "List the plugins.")
    static final class Listing extends DaemonCommand {

        Listing(Ngrokctl program) {
            super(program);
        }

        @Override
        byte[] fetch() throws CommandFailure {
            return program.http(program.timeout(USUAL_PATIENCE)).get("/v1/plugins");
        }

        @Override
        void show(byte[] data) throws IOException {
            Table table = new Table(program.surroundings().terminal(), 0, List.of("PLUGIN", "VERSION", "STATE", "IN USE"));
            for (Fields plugin : Json.fields(data).objects("plugins")) {
                boolean enabled = plugin.flag("enabled").orElse(true);
                boolean started = plugin.text("state").orElse("").equals("started");
                table.row(List.of(Cell.of(plugin.text("id").orElse("?")), Cell.of(plugin.text("version").orElse("-")),
                        new Cell(plugin.text("state").orElse("?"), started ? Paint.GOOD : Paint.BAD),
                        new Cell(enabled ? "yes" : "disabled", enabled ? Paint.PLAIN : Paint.DOUBTFUL)),
                        plugin.text("problem").map(problem -> List.of(new Cell(problem, Paint.BAD))).orElse(List.of()));
            }
            table.print(program.text()::println);
        }
    }

    /** {@code ngrokctl plugin info}. */
    @Command(name = "info", description = "Show all that is known of a plugin.")
    static final class Info extends DaemonCommand {

        @Parameters(paramLabel = "PLUGIN", description = "Its id, as in 'ngrokctl plugin list'.")
        private String id;

        Info(Ngrokctl program) {
            super(program);
        }

        @Override
        byte[] fetch() throws CommandFailure {
            return program.http(program.timeout(USUAL_PATIENCE)).get(path(id));
        }

        @Override
        void show(byte[] data) throws IOException {
            Fields plugin = Json.fields(data);
            FactBlock facts = new FactBlock(program.surroundings().terminal());
            for (String name : List.of("id", "version", "state", "description", "provider", "requires", "jar")) {
                plugin.text(name).ifPresent(text -> facts.add(name.equals("id") ? "plugin" : name, text));
            }
            facts.add("in use", plugin.flag("enabled").orElse(true) ? "yes" : "disabled");
            plugin.text("problem").ifPresent(problem -> facts.add("problem", problem, Paint.BAD));
            String name = "brings";
            for (String extension : plugin.texts("extensions")) {
                facts.add(name, extension.substring(extension.lastIndexOf('.') + 1));
                name = "";
            }
            facts.lines().forEach(program.text()::println);
        }
    }

    /** {@code ngrokctl plugin enable}. */
    @Command(name = "enable", description = "Take a plugin into use again.")
    static final class Enable extends DeedCommand {

        @Parameters(paramLabel = "PLUGIN", description = "Its id, as in 'ngrokctl plugin list'.")
        private String id;

        Enable(Ngrokctl program) {
            super(program);
        }

        @Override
        String target() {
            return path(id) + "/enable";
        }
    }

    /** {@code ngrokctl plugin disable}. */
    @Command(name = "disable", description = {"Take a plugin out of use; that lasts over restarts.",
        "What it did is undone and another one may take its place; all listeners are bound anew."})
    static final class Disable extends DeedCommand {

        @Parameters(paramLabel = "PLUGIN", description = "Its id, as in 'ngrokctl plugin list'.")
        private String id;

        Disable(Ngrokctl program) {
            super(program);
        }

        @Override
        String target() {
            return path(id) + "/disable";
        }
    }

    /** {@code ngrokctl plugin reload}. */
    @Command(name = "reload", description = {"Load a plugin's jar anew, when it was replaced by another version.",
        "All listeners are bound anew."})
    static final class Reload extends DeedCommand {

        @Parameters(paramLabel = "PLUGIN", description = "Its id, as in 'ngrokctl plugin list'.")
        private String id;

        Reload(Ngrokctl program) {
            super(program);
        }

        @Override
        String target() {
            return path(id) + "/reload";
        }
    }
}
