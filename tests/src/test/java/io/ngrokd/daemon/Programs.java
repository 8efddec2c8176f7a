package io.ngrokd.daemon;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;

/** Commands that run our own clients on a {@link Machine}. */
final class Programs {

    private Programs() {}

    /** The command that runs a class of these tests, which must need nothing but Java. */
    static List<String> java(Class<?> program, String... arguments) throws URISyntaxException {
        return Machine.join(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI()).toString(), program.getName()), List.of(arguments));
    }
}
