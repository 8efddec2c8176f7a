package io.ngrokd.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The load generator's process: one order, one number. */
final class LoadGenerator {

    private static final long PATIENCE_MILLIS = 60_000;

    private final Program program;
    private final BufferedReader answers;
    private final Writer orders;

    LoadGenerator(Program program) {
        this.program = program;
        this.answers = program.process().inputReader(StandardCharsets.UTF_8);
        this.orders = program.process().outputWriter(StandardCharsets.UTF_8);
    }

    Program program() {
        return program;
    }

    /** @throws IOException when the load could not be carried, with the reason */
    double run(String kind, Address address, int connections, long millis) throws IOException, InterruptedException {
        orders.write(kind + " " + address.host() + " " + address.port() + " " + connections + " " + millis + "\n");
        orders.flush();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return answers.readLine();
            } catch (IOException gone) {
                return "failed " + gone;
            }
        });
        String line;
        try {
            line = answer.get(millis + PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException("no answer from the load generator to " + kind + " at " + address, failed);
        }
        if (line == null) {
            program.check();
        }
        if (line == null || !line.startsWith("ok ")) {
            throw new IOException("the load generator at " + address + " " + line);
        }
        return Double.parseDouble(line.substring(3));
    }

    /** Where a load is aimed at. */
    record Address(String host, int port) {}
}
