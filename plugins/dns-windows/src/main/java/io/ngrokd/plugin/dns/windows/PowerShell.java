package io.ngrokd.plugin.dns.windows;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs scripts in the Windows PowerShell that every Windows has. A script is one argument of the program and passes through
 * no other shell; values stand in it as {@link #quoted} strings, which PowerShell takes as they are.
 */
class PowerShell {

    /** What is kept of the output, in bytes. A thousand rules make 200 KB. */
    private static final int KEPT = 16 << 20;

    private final Path program;

    PowerShell(Path program) {
        this.program = program;
    }

    /**
     * What a script said.
     *
     * @param output its standard output
     * @param errors its standard error; commands that failed, the script going on, write there
     */
    record Result(int exitCode, String output, String errors) {}

    /** A string of PowerShell without anything special in it. */
    static String quoted(String value) {
        // PowerShell takes typographic quotes for quotes; a double quote would end the argument on its way.
        if (value.chars().anyMatch(each -> each < ' ' || each > '~' || each == '"' || each == '\'')) {
            throw new IllegalArgumentException("not for a script: " + value);
        }
        return "'" + value + "'";
    }

    /**
     * Runs a script to its end.
     *
     * @throws IOException when it cannot be started or takes longer than the limit; it may have done its work all the same
     */
    Result run(Duration limit, String script) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(), "-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", script);
        // When ngrokd was started from PowerShell 7 this would lead to modules that Windows PowerShell cannot load.
        builder.environment().remove("PSModulePath");
        Process process = builder.start();
        try {
            CompletableFuture<String> output = read(process.getInputStream());
            CompletableFuture<String> errors = read(process.getErrorStream());
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(program + " did not end within " + limit.toMillis() + " ms");
            }
            return new Result(process.exitValue(), output.get(limit.toMillis(), TimeUnit.MILLISECONDS),
                    errors.get(limit.toMillis(), TimeUnit.MILLISECONDS));
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
