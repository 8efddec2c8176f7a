package io.ngrokd.kernel.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The variables of the environment that set keys. A blank one counts as not set. */
final class Environment {

    /** Those that set no key: of the daemon, of ngrokctl, of the launchers. */
    private static final Set<String> OTHERS = Set.of(
            "NGROKD_HOSTS_PATH", "NGROKD_SYSTEM_ROOT", "NGROKD_SOCKET", "NGROKD_TOKEN_FILE", "NGROKD_JAVA_HOME", "NGROKD_JAVA_OPTS", "NGROKD_START_CACHE");
    /** Docker and Kubernetes make these up for a service that is called ngrokd. */
    private static final Pattern OF_A_SERVICE = Pattern.compile("NGROKD_(SERVICE_(HOST|PORT(_\\w+)?)|PORT(_\\d+_(TCP|UDP)(_\\w+)?)?)");
    private static final String FILE_SUFFIX = "_FILE";

    private final Map<String, String> variables;
    private final List<String> problems = new ArrayList<>();

    Environment(Map<String, String> variables) {
        this.variables = Map.copyOf(variables);
    }

    /** Takes what comes before the file. */
    <T> boolean before(Key<T> key, Values values) {
        for (String name : key.variablesBeforeFile()) {
            if (take(key, name, variables.getOrDefault(name, ""), values, "or unset it")) {
                return true;
            }
        }
        for (String name : key.variables().files()) {
            if (take(key, name, content(name), values, "or unset it")) {
                return true;
            }
        }
        return false;
    }

    /** Takes what counts when the file has nothing. */
    <T> void behind(Key<T> key, Values values) {
        for (String name : key.variables().behind()) {
            if (take(key, name, variables.getOrDefault(name, ""), values, key.variables().instead())) {
                return;
            }
        }
    }

    /** Whether the variable is set, even if to something wrong. */
    private <T> boolean take(Key<T> key, String name, String text, Values values, String instead) {
        if (text.isBlank()) {
            return false;
        }
        String about = name.startsWith("NGROKD_") ? name + " (" + key.path() + "): " : name + ": ";
        Source source = new Source(name, (place, message) -> problems.add(about + message + "; " + instead));
        key.type().readVariable(text, source).ifPresent(value -> values.put(key, value, new Origin.Variable(name)));
        return true;
    }

    private String content(String name) {
        String file = variables.getOrDefault(name, "");
        if (file.isBlank()) {
            return "";
        }
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (CharacterCodingException notText) {
            problems.add(name + ": " + file + " is no UTF-8 text");
        } catch (NoSuchFileException missing) {
            problems.add(name + ": cannot read " + file + ": there is no such file");
        } catch (IOException | InvalidPathException unreadable) {
            problems.add(name + ": cannot read " + file + ": " + unreadable.getMessage());
        }
        return "";
    }

    /** The files besides the config file that values are read from. */
    List<Path> files() {
        return Keys.ALL.stream().flatMap(key -> key.variables().files().stream())
                .map(name -> variables.getOrDefault(name, "")).filter(file -> !file.isBlank())
                .flatMap(file -> {
                    try {
                        return Optional.of(Path.of(file)).stream();
                    } catch (InvalidPathException noPath) {
                        return Optional.<Path>empty().stream();
                    }
                }).toList();
    }

    /** What is wrong with variables that were read. */
    List<String> problems() {
        return problems;
    }

    /** Variables that look like ours and set nothing, each with the one that it was probably meant to be. */
    List<String> warnings() {
        Set<String> known = new TreeSet<>(OTHERS);
        for (Key<?> key : Keys.ALL) {
            known.addAll(key.variablesBeforeFile());
            known.addAll(key.variables().files());
        }
        return variables.keySet().stream().sorted()
                .filter(name -> name.startsWith("NGROKD_") && !known.contains(name) && !OF_A_SERVICE.matcher(name).matches())
                .map(name -> name + " sets nothing; " + nearest(name, known)).toList();
    }

    private static String nearest(String name, Set<String> known) {
        if (name.endsWith(FILE_SUFFIX) && known.contains(name.substring(0, name.length() - FILE_SUFFIX.length()))) {
            return name.equals("NGROKD_API_KEY_FILE") ? "did you mean NGROK_API_KEY_FILE?" : "only NGROK_API_KEY_FILE names a file";
        }
        return Nearest.of(name, known).map(near -> "did you mean " + near + "?")
                .orElse("a key's variable is NGROKD_ and its path, such as NGROKD_NET_START_PORT");
    }
}
