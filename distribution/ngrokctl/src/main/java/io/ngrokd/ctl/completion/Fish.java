package io.ngrokd.ctl.completion;

import io.ngrokd.ctl.completion.Words.Node;
import io.ngrokd.ctl.completion.Words.Opt;
import io.ngrokd.ctl.completion.Words.Value;
import java.util.List;

/** The script for fish. */
public final class Fish {

    private Fish() {}

    /** Of all commands. */
    public static String script(List<Node> all) {
        StringBuilder script = new StringBuilder("""
                # ngrokctl for fish: ngrokctl completion fish | source
                function __ngrokctl_path -d 'the commands typed so far'
                    set -l words (commandline -opc)
                    set -e words[1]
                    set -l path
                    set -l skip 0
                    for word in $words
                        if test $skip = 1
                            set skip 0
                        else if contains -- $word OPTIONS
                            set skip 1
                        else if not string match -q -- '-*' $word
                            set -a path $word
                        end
                    end
                    string join ' ' -- $path
                end
                function __ngrokctl_at -d 'whether this is the command, with nothing behind it'
                    set -l path (__ngrokctl_path)
                    test "$path" = "$argv"
                end
                function __ngrokctl_under -d 'whether this is the command'
                    string match -q -- "$argv *" (__ngrokctl_path)' '
                end
                function __ngrokctl_names -d 'what the daemon knows by name'
                    command -q ngrokctl; and command ngrokctl names $argv 2> /dev/null
                end
                complete -c ngrokctl -f
                """.replace("OPTIONS", String.join(" ", Words.withValue(all))));
        for (Node node : all) {
            node.options().forEach(option -> option(node, option, script));
            node.below().forEach(below -> line("__ngrokctl_at " + node.path(), "-a " + below.name(), below.description(), script));
            String values = values(node.argument());
            if (!values.isEmpty()) {
                line("__ngrokctl_at " + node.path(), values, "", script);
            }
        }
        return script.toString();
    }

    private static void option(Node node, Opt option, StringBuilder script) {
        StringBuilder what = new StringBuilder();
        option.names().forEach(name -> what.append(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1))
                .append(' '));
        what.append(switch (option.takes()) {
            case Value.None ignored -> "";
            case Value.AFile ignored -> "-r -F";
            case Value value -> "-x " + values(value);
        });
        line(node.path().isEmpty() ? "" : "__ngrokctl_under " + node.path(), what.toString().strip(), option.description(), script);
    }

    private static String values(Value value) {
        return switch (value) {
            case Value.None ignored -> "";
            case Value.Any ignored -> "";
            case Value.AFile ignored -> "-F";
            case Value.OneOf(List<String> words) -> "-a '" + String.join(" ", words.stream().map(word -> word.endsWith("=")
                    ? word + "(__ngrokctl_names endpoints)" : word).toList()) + "'";
            case Value.Named(String kind) -> "-a '(__ngrokctl_names " + kind + ")'";
        };
    }

    private static void line(String when, String what, String description, StringBuilder script) {
        script.append("complete -c ngrokctl").append(when.isEmpty() ? "" : " -n '" + when.strip() + "'").append(' ').append(what)
                .append(description.isEmpty() ? "" : " -d '" + description.replace("\\", "\\\\").replace("'", "\\'") + "'").append('\n');
    }
}
