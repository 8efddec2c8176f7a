package io.ngrokd.ctl.completion;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands as a shell needs them. */
public final class Words {

    /** What may stand at a place. */
    public sealed interface Value {

        /** Nothing: an option without a value, a command without arguments. */
        record None() implements Value {}

        /** Something that no shell can guess. */
        record Any() implements Value {}

        /** A file's name. */
        record AFile() implements Value {}

        /** One of these words; one that ends with an equals sign goes on with the name of an endpoint. */
        record OneOf(List<String> words) implements Value {}

        /** What the daemon knows: its endpoints or its plugins. */
        record Named(String kind) implements Value {}
    }

    /**
     * An option.
     *
     * @param names with their dashes
     * @param takes what stands behind it
     */
    public record Opt(List<String> names, String description, Value takes) {}

    /**
     * A command.
     *
     * @param path the words that lead to it; empty for the program itself
     * @param below the commands below it
     * @param argument what it takes
     */
    public record Node(String path, String description, List<Node> below, List<Opt> options, Value argument) {

        /** The last word of the path. */
        public String name() {
            return path.substring(path.lastIndexOf(' ') + 1);
        }
    }

    private Words() {}

    /** All commands with theirs below them, the program first. */
    public static List<Node> of(CommandLine program) {
        List<Node> all = new ArrayList<>();
        flatten(node("", program), all);
        return all;
    }

    private static void flatten(Node node, List<Node> all) {
        all.add(node);
        node.below().forEach(below -> flatten(below, all));
    }

    private static Node node(String path, CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        List<Node> below = new ArrayList<>();
        command.getSubcommands().forEach((name, one) -> {
            if (!one.getCommandSpec().usageMessage().hidden()) {
                below.add(node(path.isEmpty() ? name : path + " " + name, one));
            }
        });
        List<Opt> options = spec.options().stream().filter(option -> !option.hidden() && (path.isEmpty() || !option.inherited()))
                .map(option -> new Opt(List.of(option.names()), first(option.description()),
                        option.arity().max() == 0 ? new Value.None() : value(option))).toList();
        Value argument = spec.positionalParameters().isEmpty() ? new Value.None() : value(spec.positionalParameters().getFirst());
        if (path.equals("help")) {
            argument = new Value.OneOf(List.copyOf(command.getParent().getSubcommands().keySet()));
        }
        return new Node(path, first(spec.usageMessage().description()), below, options, argument);
    }

    private static String first(String[] description) {
        return description.length == 0 ? "" : description[0];
    }

    private static Value value(ArgSpec argument) {
        String label = argument.paramLabel().replaceAll("[<>\\[\\]]", "").toUpperCase(Locale.ROOT);
        Class<?> type = argument.auxiliaryTypes().length > 0 ? argument.auxiliaryTypes()[0] : argument.type();
        if (type == Path.class || type == File.class || label.equals("PATH") || label.equals("FILE")) {
            return new Value.AFile();
        }
        if (argument instanceof OptionSpec option && option.longestName().equals("--for")) {
            return new Value.OneOf(List.of("ready", "endpoint="));
        }
        return switch (label) {
            case "SHELL" -> new Value.OneOf(List.of("bash", "zsh", "fish"));
            case "PATTERN", "NAME" -> new Value.Named("endpoints");
            case "PLUGIN" -> new Value.Named("plugins");
            default -> new Value.Any();
        };
    }

    /** The options whose value is the next word. */
    static List<String> withValue(List<Node> all) {
        return all.stream().flatMap(node -> node.options().stream()).filter(option -> !(option.takes() instanceof Value.None))
                .flatMap(option -> option.names().stream()).distinct().toList();
    }
}
