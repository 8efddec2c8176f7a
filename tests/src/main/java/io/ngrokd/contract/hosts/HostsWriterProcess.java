package io.ngrokd.contract.hosts;

import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.NamesRequest;
import io.ngrokd.api.spi.HostsWriter;
import io.ngrokd.api.spi.HostsWriterFactory;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A writer in a process of its own, for what a test cannot do to its own process: other mounts, a sudden death.
 *
 * <p>Arguments: the factory's class, the hosts file, the journal's file, then steps: {@code apply=N} (N names),
 * {@code undo}, {@code read}, {@code list} (the folder), {@code churn} (apply for ever). Each but the last prints a
 * line that begins with {@link #ANSWER}.
 */
final class HostsWriterProcess {

    static final String ANSWER = "answer: ";

    private HostsWriterProcess() {}

    /** Runs the steps. */
    public static void main(String[] arguments) throws Exception {
        HostsWriterFactory factory =
                (HostsWriterFactory) Class.forName(arguments[0]).getDeclaredConstructor().newInstance();
        Path hosts = Path.of(arguments[1]);
        Vertx vertx = Vertx.vertx();
        HostsWriter writer = factory.create(new FakeHostsContext(vertx, new FileJournal(Path.of(arguments[2])), hosts));
        for (String step : Arrays.asList(arguments).subList(3, arguments.length)) {
            System.out.println(ANSWER + run(step, writer, hosts));
        }
        vertx.close().await();
    }

    private static String run(String step, HostsWriter writer, Path hosts) throws Exception {
        try {
            switch (step) {
                case "undo" -> writer.undo();
                case "churn" -> {
                    for (int count = 0; ; count++) {
                        writer.apply(names(1 + count % 50));
                    }
                }
                case "read" -> {
                    return Base64.getEncoder().encodeToString(Files.readAllBytes(hosts));
                }
                case "list" -> {
                    try (var files = Files.list(hosts.getParent())) {
                        return files.map(file -> file.getFileName().toString()).sorted().toList().toString();
                    }
                }
                default -> writer.apply(names(Integer.parseInt(step.substring("apply=".length()))));
            }
            return "done";
        } catch (StageException failure) {
            return failure.code() + " " + failure.getMessage();
        }
    }

    static NamesRequest names(int count) {
        SortedMap<String, List<InetAddress>> names = new TreeMap<>();
        for (int number = 0; number < count; number++) {
            names.put("name-%05d.example".formatted(number),
                    List.of(InetAddress.ofLiteral("10.107." + number / 250 + "." + (number % 250 + 1))));
        }
        return new NamesRequest(names);
    }
}
