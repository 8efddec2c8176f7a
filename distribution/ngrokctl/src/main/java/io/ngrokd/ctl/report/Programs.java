package io.ngrokd.ctl.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of the system, within a time, and keeps what they say. */
public final class Programs {

    private static final int LONGEST_OUTPUT = 4 << 20;

    private Programs() {}

    /**
     * What a program said on both of its outputs, and how it ended.
     *
     * @param output cut at 4 MiB
     */
    record Said(int status, String output) {}

    /** The same in the environment of this process. */
    static Said run(Duration patience, List<String> command) throws IOException {
        return run(patience, command, Map.of());
    }

    /**
     * Runs a program to its end.
     *
     * @param environment added to that of this process; a variable with an empty value is taken out
     * @throws IOException with the reason in words, when there is no such program or it takes too long
     */
    static Said run(Duration patience, List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C.UTF-8");
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        Process process;
        try {
            process = builder.start();
        } catch (IOException noProgram) {
            throw new IOException("there is no program " + command.getFirst() + " here, or it may not be run", noProgram);
        }
        try {
            process.getOutputStream().close();
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            Thread reader = Thread.ofVirtual().start(() -> copy(process.getInputStream(), output));
            // Its children may hold the output open when it has ended: that is waited for as well, and no longer.
            boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS) && reader.join(patience);
            if (!ended) {
                throw new IOException(command.getFirst() + " did not end within " + patience.toSeconds() + " s");
            }
            synchronized (output) {
                return new Said(process.exitValue(), output.toString(Charset.forName(System.getProperty("native.encoding", "UTF-8"))));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static void copy(InputStream from, ByteArrayOutputStream to) {
        byte[] buffer = new byte[8192];
        try (from) {
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                synchronized (to) {
                    to.write(buffer, 0, Math.min(read, LONGEST_OUTPUT - to.size()));
                }
            }
        } catch (IOException ended) {
            // What came until then is kept.
            return;
        }
    }
}
