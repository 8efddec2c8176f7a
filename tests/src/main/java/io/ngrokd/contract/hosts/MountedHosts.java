package io.ngrokd.contract.hosts;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ngrokd.api.spi.HostsWriterFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@link HostsWriterProcess}, in a mount namespace of its own where that is asked for. */
final class MountedHosts {

    private static final long SECONDS = 60;

    private final HostsWriterFactory factory;
    private final Path folder;

    MountedHosts(HostsWriterFactory factory, Path folder) {
        this.factory = factory;
        this.folder = folder;
    }

    /**
     * The answers to the steps, taken after a shell script set the mounts up; the script finds the folder in {@code $1}.
     * Aborts the test where namespaces cannot be made.
     */
    List<String> run(String script, Path hosts, String... steps) throws IOException, InterruptedException {
        assumeTrue(run(List.of("unshare", "-m", "true")).exitCode() == 0,
                "needs root and Linux: 'unshare -m' makes no mount namespace here");
        List<String> command = new ArrayList<>(List.of("unshare", "-m", "--propagation", "private", "sh", "-c",
                "set -e; " + script + "; shift; exec \"$@\"", "sh", folder.toString()));
        command.addAll(java(hosts, steps));
        Result result = run(command);
        if (result.exitCode() != 0) {
            throw new IOException("exit code " + result.exitCode() + " of " + command + ":\n" + result.output());
        }
        return result.output().lines()
                .filter(line -> line.startsWith(HostsWriterProcess.ANSWER))
                .map(line -> line.substring(HostsWriterProcess.ANSWER.length()))
                .toList();
    }

    /** Starts a process that writes until it is killed. */
    Process start(Path hosts, String... steps) throws IOException {
        return new ProcessBuilder(java(hosts, steps))
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    }

    Path journal() {
        return folder.resolve("journal");
    }

    private List<String> java(Path hosts, String... steps) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                HostsWriterProcess.class.getName(), factory.getClass().getName(), hosts.toString(), journal().toString()));
        command.addAll(List.of(steps));
        return command;
    }

    private static Result run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("hosts-contract", ".log");
        try {
            Process process;
            try {
                process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            } catch (IOException noSuchCommand) {
                return new Result(127, noSuchCommand.toString());
            }
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("no end within " + SECONDS + " seconds: " + command);
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.delete(output);
        }
    }

    private record Result(int exitCode, String output) {}
}
