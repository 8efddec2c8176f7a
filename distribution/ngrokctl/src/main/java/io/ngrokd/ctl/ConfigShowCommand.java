package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ngrokctl config show}. */
@Command(name = "show", description = "Show the config in force, with what was not set; secrets are masked.")
final class ConfigShowCommand extends DaemonCommand {

    private static final int WIDEST_VALUE = 60;

    @Option(names = "--origin", description = "Every key with where its value came from: default, file and line, variable, command.")
    private boolean origin;

    ConfigShowCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure {
        return program.http(program.timeout(USUAL_PATIENCE)).get("/v1/config");
    }

    @Override
    void show(byte[] data) throws IOException {
        Fields document = Json.fields(data);
        document.text("path").ifPresent(path -> program.text().println("# in force; the file is " + Prose.clean(path)));
        if (origin) {
            withOrigins(document.objects("settings"));
        } else {
            print(document.object("config").all(), "", program.text()::println);
        }
        document.texts("warnings").forEach(warning -> program.text().println("# warning: " + Prose.clean(warning)));
    }

    /** As {@code ngrokd config show --origin} has it. */
    private void withOrigins(List<Fields> settings) {
        if (settings.isEmpty()) {
            program.text().println("This daemon does not say where its values came from; it is an older one.");
        }
        int keys = settings.stream().mapToInt(setting -> setting.text("key").orElse("").length()).max().orElse(0);
        int values = Math.min(WIDEST_VALUE, settings.stream().mapToInt(setting -> value(setting).length()).max().orElse(0));
        for (Fields setting : settings) {
            String line = String.format("%-" + Math.max(1, keys) + "s  %s", Prose.clean(setting.text("key").orElse("?")), value(setting));
            program.text().println(String.format("%-" + (keys + 2 + values) + "s  %s", line, Prose.clean(origin(setting))));
        }
    }

    private static String value(Fields setting) {
        return switch (setting.all().get("value")) {
            case null -> "(not set)";
            case String text when !text.isEmpty() -> Prose.clean(text.replaceAll("\\R", " "));
            case List<?> list -> "[" + String.join(", ", list.stream().map(ConfigShowCommand::scalar).toList()) + "]";
            case Map<?, ?> map -> "{" + String.join(", ", map.entrySet().stream()
                    .map(entry -> Prose.clean(entry.getKey().toString()) + ": " + scalar(entry.getValue())).toList()) + "}";
            case Object other -> scalar(other);
        };
    }

    private static String origin(Fields setting) {
        Fields origin = setting.object("origin");
        String kind = origin.text("kind").orElse("?");
        String words = switch (kind) {
            case "file" -> origin.text("file").orElse("?") + ":" + origin.text("line").orElse("?");
            case "environment" -> "environment " + origin.text("variable").orElse("?");
            case "runtime" -> "runtime " + origin.text("command").orElse("?");
            default -> kind;
        };
        return words + (setting.has("value") ? "" : setting.text("without").map(without -> ": " + without).orElse(""));
    }

    /** As the config file has it. */
    private static void print(Map<?, ?> members, String indent, Consumer<String> lines) {
        members.forEach((key, value) -> {
            String name = indent + Prose.clean(key.toString()) + ":";
            switch (value) {
                case Map<?, ?> map when !map.isEmpty() -> {
                    lines.accept(name);
                    print(map, indent + "  ", lines);
                }
                case Map<?, ?> none -> lines.accept(name + " {}");
                case List<?> list -> lines.accept(name + " [" + String.join(", ", list.stream().map(ConfigShowCommand::scalar).toList())
                        + "]");
                case null, default -> lines.accept(name + " " + scalar(value));
            }
        });
    }

    private static String scalar(Object value) {
        return value instanceof String text ? "\"" + Prose.clean(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\""
                : String.valueOf(value);
    }
}
