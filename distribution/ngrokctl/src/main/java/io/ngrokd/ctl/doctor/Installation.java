package io.ngrokd.ctl.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The ngrokd that came with this ngrokctl, which can say what it would make of a config file. */
public final class Installation {

    /** It is a Java machine that has to start, on a machine that may have much to do. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Optional<Path> program;

    /** @param home where it is unpacked; empty when that is not known */
    public Installation(Optional<Path> home) {
        this.program = home.flatMap(folder -> Stream.of("bin/ngrokd", "bin/ngrokd.exe", "bin/ngrokd.cmd", "bin/ngrokd.bat")
                .map(folder::resolve).filter(Files::isExecutable).findFirst());
    }

    /** The one whose {@code lib/} this class was loaded from. */
    public static Installation ofThisProgram() {
        CodeSource source = Installation.class.getProtectionDomain().getCodeSource();
        try {
            return new Installation(source == null ? Optional.empty()
                    : Optional.ofNullable(Path.of(source.getLocation().toURI()).getParent()).map(Path::getParent));
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            return new Installation(Optional.empty());
        }
    }

    /**
     * What a command of it said.
     *
     * @param code its exit code; -1 when it took too long
     */
    public record Said(int code, String output, String errors) {}

    /** Runs one of its commands; empty when there is no ngrokd here. */
    Optional<Said> run(String... arguments) {
        if (program.isEmpty()) {
            return Optional.empty();
        }
        List<String> command = new ArrayList<>(List.of(program.get().toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.PIPE).start();
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()), Installation::start);
            CompletableFuture<String> errors = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()), Installation::start);
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return Optional.of(new Said(-1, "", program.get() + " did not end within " + PATIENCE.toSeconds() + " s"));
            }
            return Optional.of(new Said(process.exitValue(), output.join(), errors.join()));
        } catch (IOException cannotRun) {
            return Optional.of(new Said(-1, "", program.get() + " cannot be run: " + cannotRun.getMessage()));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static void start(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static String read(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException brokenOff) {
            return "";
        }
    }
}
