package io.ngrokd.ctl.completion;

import io.ngrokd.ctl.completion.Words.Node;
import io.ngrokd.ctl.completion.Words.Value;
import java.util.List;

/** The script for bash. */
public final class Bash {

    private Bash() {}

    /** Of all commands. */
    public static String script(List<Node> all) {
        StringBuilder script = new StringBuilder("""
                # ngrokctl for bash: source <(ngrokctl completion bash)
                _complete_ngrokctl() {
                    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command_path='' word index skip=0 wanted=''
                    COMPREPLY=()
                    # An equals sign is a word of its own to bash.
                    [ "$current" != = ] || current=''
                    [ "$previous" != = ] || previous=${COMP_WORDS[COMP_CWORD-2]}=
                    for ((index = 1; index < COMP_CWORD; index++)); do
                        word=${COMP_WORDS[index]}
                        if ((skip)); then
                            skip=0
                            [ "$word" != = ] || skip=1
                            continue
                        fi
                        case $word in
                            OPTIONS) skip=1 ;;
                            -*|=) ;;
                            *) command_path="${command_path:+$command_path }$word" ;;
                        esac
                    done
                    case $previous in
                        endpoint=) COMPREPLY=($(compgen -W "$(command ngrokctl names endpoints 2> /dev/null)" -- "$current")); return ;;
                """.replace("OPTIONS", String.join("|", Words.withValue(all))));
        for (Node node : all) {
            node.options().forEach(option -> {
                if (!(option.takes() instanceof Value.None)) {
                    script.append("        ").append(String.join("|", option.names().stream().flatMap(name -> List.of(name, name + "=")
                            .stream()).toList()))
                            .append(") ").append(values(option.takes())).append("; return ;;\n");
                }
            });
        }
        script.append("    esac\n    case \"$command_path \" in\n");
        for (Node node : all.reversed()) {
            if (!node.path().isEmpty() && !node.options().isEmpty()) {
                script.append("        '").append(node.path()).append(" '*) wanted='").append(options(node)).append("' ;;\n");
            }
        }
        script.append("    esac\n    if [[ $current == -* ]]; then\n        COMPREPLY=($(compgen -W \"$wanted ")
                .append(options(all.getFirst()))
                .append("\" -- \"$current\"))\n        return\n    fi\n    case $command_path in\n");
        for (Node node : all) {
            if (!node.below().isEmpty()) {
                script.append("        '").append(node.path()).append("') COMPREPLY=($(compgen -W '")
                        .append(String.join(" ", node.below().stream().map(Node::name).toList())).append("' -- \"$current\")) ;;\n");
            } else if (!(node.argument() instanceof Value.None)) {
                script.append("        '").append(node.path()).append("') ").append(values(node.argument())).append(" ;;\n");
            }
        }
        return script.append("    esac\n}\ncomplete -F _complete_ngrokctl ngrokctl\n").toString();
    }

    private static String options(Node node) {
        return String.join(" ", node.options().stream().flatMap(option -> option.names().stream()).toList());
    }

    private static String values(Value value) {
        return switch (value) {
            case Value.None ignored -> ":";
            case Value.Any ignored -> ":";
            case Value.AFile ignored -> "compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- \"$current\"))";
            case Value.OneOf(List<String> words) -> (words.getLast().endsWith("=") ? "compopt -o nospace 2> /dev/null; " : "")
                    + "COMPREPLY=($(compgen -W '" + String.join(" ", words) + "' -- \"$current\"))";
            case Value.Named(String kind) -> "COMPREPLY=($(compgen -W \"$(command ngrokctl names " + kind
                    + " 2> /dev/null)\" -- \"$current\"))";
        };
    }
}
