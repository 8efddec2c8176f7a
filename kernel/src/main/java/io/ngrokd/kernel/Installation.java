package io.ngrokd.kernel;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where this daemon stands: its folder, its environment, its machine.
 *
 * @param plugins the folder with the plugin jars
 * @param environment as the process was started with
 */
record Installation(Path plugins, Map<String, String> environment) {

    private static final String HOME = "ngrokd.home";

    /** As the launcher set it up: {@code ngrokd.home} is the unpacked folder. */
    static Installation current() {
        Path home = Path.of(System.getProperty(HOME, ".")).toAbsolutePath().normalize();
        return new Installation(home.resolve("plugins"), System.getenv());
    }

    /** Whether a launcher said where this installation is; nobody does for tests of single classes. */
    static boolean isKnown() {
        return System.getProperty(HOME) != null;
    }

    /** The hosts file that the user named instead of the system's. */
    Optional<Path> hostsFile() {
        return Optional.ofNullable(environment.get("NGROKD_HOSTS_PATH")).filter(path -> !path.isBlank()).map(Path::of);
    }

    /** The folder that the system's files are looked up in. */
    Path systemRoot() {
        return Path.of(Optional.ofNullable(environment.get("NGROKD_SYSTEM_ROOT")).filter(path -> !path.isBlank()).orElse("/"));
    }

    /** This machine's own names, the first of them for people. */
    Set<String> machineNames() {
        Set<String> names = new LinkedHashSet<>();
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException unresolvable) {
            // Its message is the name that does not resolve: "NAME: Name or service not known".
            Optional.ofNullable(unresolvable.getMessage()).map(text -> text.split(":", 2)[0]).ifPresent(names::add);
        }
        for (String variable : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
            Optional.ofNullable(environment.get(variable)).filter(name -> !name.isBlank()).ifPresent(names::add);
        }
        return names;
    }
}
