package io.ngrokd.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of the benchmark's, and what the kernel counts of it. */
record Program(String name, Process process, Path log) {

    private static final int PATIENCE_SECONDS = 15;
    /** Of /proc: the kernel's USER_HZ is 100 everywhere. */
    private static final double TICKS = 100;
    private static final int USER_TICKS_FIELD = 11;

    /** Processor time so far, in seconds. */
    double processorSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        // After the name, which may hold blanks, come the state, then numbers.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TICKS_FIELD]) + Long.parseLong(fields[USER_TICKS_FIELD + 1])) / TICKS;
    }

    /** {@code Rss} or {@code Pss}, in MiB. */
    double memory(String kind) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith(kind + ":")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                    .orElseThrow(() -> new IOException("no " + kind + " of " + name));
        }
    }

    /** @throws IOException with the end of its log when it has ended */
    void check() throws IOException {
        if (!process.isAlive()) {
            String said = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            throw new IOException(name + " ended with " + process.exitValue() + ":\n" + said.substring(Math.max(0, said.length() - 3000)));
        }
    }

    /** Asks it to end, and makes it end when it does not. */
    void end() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println(name + " did not end within " + PATIENCE_SECONDS + " s and was killed");
                process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException hurried) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
