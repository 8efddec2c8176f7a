package io.ngrokd.plugin.dns.macos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs a program of the system: by its path, each argument as it is, never through a shell, and not for ever. */
final class Command {

    /** What is kept of the output, in bytes; the rest is read and dropped. */
    private static final int KEPT = 1 << 20;

    private Command() {}

    /**
     * Runs it to its end.
     *
     * @return what it wrote to its standard output
     * @throws IOException when it cannot be started, takes too long or ends with an exit code other than 0; the message says
     *     which, with its own words
     */
    static String run(Duration limit, Path program, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            CompletableFuture<String> output = read(process.getInputStream());
            CompletableFuture<String> errors = read(process.getErrorStream());
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(String.join(" ", line) + " did not end within " + limit.toMillis() + " ms");
            }
            String said = errors.get(limit.toMillis(), TimeUnit.MILLISECONDS).strip();
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", line) + " ended with exit code " + process.exitValue()
                        + (said.isEmpty() ? "" : ": " + said));
            }
            return output.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + program + " ran", stopped);
        } catch (ExecutionException | TimeoutException unread) {
            throw new IOException("the output of " + program + " could not be read", unread);
        } finally {
            process.destroyForcibly();
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> whole = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                byte[] kept = stream.readNBytes(KEPT);
                stream.transferTo(OutputStream.nullOutputStream());
                whole.complete(new String(kept, StandardCharsets.UTF_8));
            } catch (IOException failure) {
                whole.completeExceptionally(failure);
            }
        });
        return whole;
    }
}
