package io.ngrokd.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs commands in the namespaces of the calling thread. */
public final class Commands {

    private Commands() {}

    /** Runs one to its end; ends it, and what it started, when it takes longer. */
    public static CommandResult run(List<String> command, Duration limit) throws IOException, InterruptedException {
        Path output = Files.createTempFile("ngrokd-command", ".out");
        try {
            // A file: a pipe would have to be read meanwhile, and stays open as long as any grandchild lives.
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended;
            try {
                ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } finally {
                endTree(process);
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            if (!ended) {
                throw new AssertionError("'" + String.join(" ", command) + "' took longer than " + limit + ": " + text);
            }
            return new CommandResult(command, process.exitValue(), text);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Where the shell would find a program. */
    public static Optional<Path> find(String program) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/bin:/sbin:/bin";
        return Stream.of(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Ends a process that lives, and its children with it. */
    static void endTree(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
