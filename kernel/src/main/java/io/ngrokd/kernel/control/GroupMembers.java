package io.ngrokd.kernel.control;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who belongs to which group, as the group database has it now: {@code id} knows all of its sources (files, LDAP, SSSD); where
 * there is no {@code id}, as in small containers, {@code /etc/group} is read.
 */
final class GroupMembers {

    private static final Logger LOG = LoggerFactory.getLogger(GroupMembers.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int LONGEST_ANSWER = 1 << 20;

    private final List<String> command;
    private final Path file;

    GroupMembers() {
        this(List.of("id", "-Gn"), Path.of("/etc/group"));
    }

    /**
     * @param command prints the names of a user's groups; the user is added
     * @param file read where there is no such command
     */
    GroupMembers(List<String> command, Path file) {
        this.command = command;
        this.file = file;
    }

    /** Whether a user belongs to a group, by their names. Blocks; no when it cannot be found out. */
    boolean has(String user, String group) {
        if (!user.matches("[A-Za-z0-9_.][A-Za-z0-9_.@\\\\$-]*")) {
            return false;
        }
        try {
            return ask(user).contains(group);
        } catch (IOException noSuchCommand) {
            return isInFile(user, group);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<String> ask(String user) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(command.stream(), Stream.of(user)).toList())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        Thread guard = Thread.ofVirtual().name("group-members").start(() -> endInTime(process));
        try (InputStream output = process.getInputStream()) {
            String names = new String(output.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
            return process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0
                    ? List.of(names.strip().split("\\s+")) : List.of();
        } finally {
            process.destroyForcibly();
            guard.interrupt();
        }
    }

    private static void endInTime(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("The group database does not answer; the user counts as no member. patience={}", PATIENCE);
                process.destroyForcibly();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isInFile(String user, String group) {
        try {
            return Files.readAllLines(file).stream().map(line -> line.split(":", -1))
                    .anyMatch(fields -> fields.length > 3 && fields[0].equals(group) && List.of(fields[3].split(",")).contains(user));
        } catch (IOException unreadable) {
            LOG.warn("It cannot be found out who belongs to a group. group={} cause={}", group, unreadable.toString());
            return false;
        }
    }
}
