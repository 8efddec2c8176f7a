package io.ngrokd.kit.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Programs} by {@link ProcessBuilder}. */
final class SystemPrograms implements Programs {

    private static final Logger LOG = LoggerFactory.getLogger(SystemPrograms.class);
    /** What is kept of the output, in bytes; the rest is read and dropped. */
    private static final int KEPT = 1 << 20;
    /** How long the output may stay open after the end of the program, by a child of its. */
    private static final Duration REST = Duration.ofSeconds(1);

    @Override
    public Outcome run(List<String> command, String input, Duration limit) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        // No colours, no pager, no asking.
        builder.environment().put("SYSTEMD_COLORS", "0");
        builder.environment().put("SYSTEMD_PAGER", "");
        Process process = builder.start();
        try {
            CompletableFuture<String> output = read(process.getInputStream());
            write(process.getOutputStream(), input);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("'" + String.join(" ", command) + "' did not end within " + limit.toMillis() + " ms");
            }
            return new Outcome(process.exitValue(), output.get(REST.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException unread) {
            throw new IOException("the output of '" + String.join(" ", command) + "' could not be read", unread);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void write(OutputStream stream, String input) {
        Thread.ofVirtual().start(() -> {
            try (stream) {
                stream.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException ended) {
                // Its exit code says what it thinks of that.
                LOG.debug("A program did not read all that it was given reason={}", ended.toString());
            }
        });
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
