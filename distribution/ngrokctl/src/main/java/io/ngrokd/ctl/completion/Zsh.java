package io.ngrokd.ctl.completion;

import io.ngrokd.ctl.completion.Words.Node;
import io.ngrokd.ctl.completion.Words.Value;
import java.util.List;

/** The script for zsh: to be sourced, or put into a folder of {@code $fpath} as {@code _ngrokctl}. */
public final class Zsh {

    private Zsh() {}

    /** Of all commands. */
    public static String script(List<Node> all) {
        StringBuilder script = new StringBuilder("""
                #compdef ngrokctl
                # ngrokctl for zsh: source <(ngrokctl completion zsh)
                _ngrokctl() {
                    local command_path='' word
                    local -i index skip=0
                    for ((index = 2; index < CURRENT; index++)); do
                        word=${words[index]}
                        if ((skip)); then
                            skip=0
                            continue
                        fi
                        case $word in
                            (OPTIONS) skip=1 ;;
                            (-*) ;;
                            (*) command_path="${command_path:+$command_path }$word" ;;
                        esac
                    done
                    local -a below options
                    case ${words[CURRENT-1]} in
                """.replace("OPTIONS", String.join("|", Words.withValue(all))));
        for (Node node : all) {
            node.options().forEach(option -> {
                if (!(option.takes() instanceof Value.None)) {
                    script.append("        (").append(String.join("|", option.names())).append(") ").append(values(option.takes()))
                            .append("; return ;;\n");
                }
            });
        }
        script.append("    esac\n    options=(\n");
        options(all.getFirst(), script);
        script.append("    )\n    case \"$command_path \" in\n");
        for (Node node : all) {
            if (!node.path().isEmpty() && !node.options().isEmpty()) {
                script.append("        ('").append(node.path()).append(" '*) options+=(\n");
                options(node, script);
                script.append("        ) ;;\n");
            }
        }
        script.append("    esac\n    if [[ $PREFIX == -* ]]; then\n        _describe -o option options\n        return\n    fi\n    "
                + "case $command_path in\n");
        for (Node node : all) {
            if (!node.below().isEmpty()) {
                script.append("        ('").append(node.path()).append("') below=(\n");
                node.below().forEach(below -> script.append("            ").append(quoted(below.name(), below.description())).append('\n'));
                script.append("        ); _describe command below ;;\n");
            } else if (!(node.argument() instanceof Value.None)) {
                script.append("        ('").append(node.path()).append("') ").append(values(node.argument())).append(" ;;\n");
            }
        }
        return script.append("""
                    esac
                }
                if [[ ${funcstack[1]} == _ngrokctl ]]; then
                    _ngrokctl "$@"
                else
                    (($+functions[compdef])) || { autoload -Uz compinit && compinit; }
                    compdef _ngrokctl ngrokctl
                fi
                """).toString();
    }

    private static void options(Node node, StringBuilder script) {
        node.options().forEach(option -> option.names().forEach(name ->
                script.append("            ").append(quoted(name, option.description())).append('\n')));
    }

    private static String values(Value value) {
        return switch (value) {
            case Value.None ignored -> ":";
            case Value.Any ignored -> "_message 'a value'";
            case Value.AFile ignored -> "_files";
            case Value.OneOf(List<String> words) -> words.getLast().endsWith("=")
                    ? "compadd -- " + String.join(" ", words.subList(0, words.size() - 1))
                            + " ${${(f)\"$(command ngrokctl names endpoints 2> /dev/null)\"}/#/"
                            + words.getLast() + "}" : "compadd -- " + String.join(" ", words);
            case Value.Named(String kind) -> "compadd -- ${(f)\"$(command ngrokctl names " + kind + " 2> /dev/null)\"}";
        };
    }

    private static String quoted(String name, String description) {
        return "'" + (name.replace(":", "\\:") + ":" + description).replace("'", "'\\''") + "'";
    }
}
