package io.ngrokd.ctl.report;

import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What stands in the files of the installation: the config when no daemon tells of it, and the state folder. */
public final class InstallationPart {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration DUMP_PATIENCE = Duration.ofSeconds(5);
    /** What is in the state folder and no secret. */
    private static final List<String> STATE = List.of("operator_id", "ip_mappings.json", "network_ports.json", "endpoints.json",
            "journal.json", "disabled_plugins");

    private final Findings findings;
    private final Path home;
    private final Path configFile;

    /**
     * @param home the unpacked folder of the installation, with {@code bin/ngrokd}
     * @param configFile of the daemon
     */
    public InstallationPart(Findings findings, Path home, Path configFile) {
        this.findings = findings;
        this.home = home;
        this.configFile = configFile;
    }

    /** Has this installation's daemon read the config, unless a running one has told it already. Blocks while a Java machine starts. */
    public void config() {
        if (findings.has("config.json")) {
            return;
        }
        Path program = home.resolve("bin/ngrokd");
        List<String> command = new ArrayList<>(List.of(program.toString(), "config", "show", "--json"));
        if (Files.exists(configFile)) {
            command.add("--config=" + configFile);
        }
        try {
            if (!Files.isExecutable(program)) {
                throw new IOException("there is no " + program + " to read the config with");
            }
            Programs.Said said = Programs.run(PATIENCE, command, Map.of("JAVA_TOOL_OPTIONS", ""));
            if (said.status() == 0) {
                findings.add("config.json", "the config as a daemon would read it now, and where each value came from", said.output());
                if (command.size() == 4) {
                    findings.missing("the config file", "there is no " + configFile
                            + "; config.json has defaults and this environment. Name it: --config PATH");
                }
            } else {
                findings.add("config-problems.txt", "why the config cannot be read", said.output());
                findings.missing("config.json", "the config cannot be read; config-problems.txt says why");
            }
        } catch (IOException notRead) {
            findings.missing("config.json", notRead.getMessage());
        }
    }

    /** A path that the config sets. */
    Optional<Path> path(String key) {
        return findings.text("config.json").flatMap(config -> setting(config, key)).map(Path::of);
    }

    private static Optional<String> setting(byte[] config, String key) {
        try {
            return Json.fields(config).objects("settings").stream().filter(setting -> setting.text("key").orElse("").equals(key))
                    .findFirst()
                    .flatMap((Fields setting) -> setting.text("value"));
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    /** What is in the state folder: a list of the files, and the content of those that hold no key. */
    public void state() {
        Optional<Path> folder = path("server.state_dir");
        if (folder.isEmpty()) {
            findings.missing("state.txt", "it is not known where the state folder is");
            return;
        }
        try (Stream<Path> files = Files.list(folder.get())) {
            StringBuilder list = new StringBuilder(folder.get() + "\n");
            for (Path file : files.sorted(Comparator.comparing(Path::toString)).toList()) {
                list.append(describe(file)).append('\n');
            }
            findings.add("state.txt", "names, sizes and modes of the files in the state folder", list.toString());
        } catch (NoSuchFileException none) {
            findings.missing("state.txt", "there is no state folder " + folder.get());
            return;
        } catch (AccessDeniedException denied) {
            findings.missing("state.txt", "not permitted to look into the state folder " + folder.get() + "; use sudo");
            return;
        } catch (IOException | RuntimeException unreadable) {
            findings.missing("state.txt", "the state folder " + folder.get() + " cannot be read: " + unreadable);
            return;
        }
        for (String name : STATE) {
            Path file = folder.get().resolve(name);
            if (Files.exists(file)) {
                try {
                    findings.add("state/" + name, "of the state folder", MachinePart.content(file));
                } catch (IOException unreadable) {
                    findings.missing("state/" + name, unreadable.getMessage());
                }
            }
        }
    }

    private static String describe(Path file) throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return String.format("%-9s  %10d  %s  %s  %s",
                posix ? PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)) : "",
                attributes.size(), attributes.lastModifiedTime(), Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName(),
                        file.getFileName());
    }

    /** What the threads of a daemon do that does not answer: asked by Java's own means. Blocks for 10 s at most. */
    public void threadsOfOneThatHangs() {
        if (findings.has("threads.txt")) {
            return;
        }
        try {
            Path lock = path("server.state_dir").orElseThrow(() -> new IOException("it is not known where its state folder is"))
                    .resolve("ngrokd.lock");
            String pid = MachinePart.content(lock).strip();
            if (!pid.matches("\\d{1,10}") || ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive).isEmpty()) {
                throw new IOException("no process has the number that stands in " + lock);
            }
            findings.add("threads.txt", "what every thread of the daemon does, by jcmd", dump(pid));
        } catch (IOException notHad) {
            findings.missing("threads.txt", notHad.getMessage());
        }
    }

    private static String dump(String pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new IOException("the daemon does not answer, and this Java has no jcmd: use a JDK, or run 'kill -QUIT " + pid
                    + "' and look into its log");
        }
        // The daemon itself writes the file, in the folder that ngrokctl has.
        Path folder = Files.createTempDirectory("ngrokctl-threads-");
        Path file = folder.resolve("threads");
        try {
            Programs.Said said = Programs.run(DUMP_PATIENCE, List.of(jcmd.toString(), pid, "Thread.dump_to_file", file.toString()));
            if (said.status() == 0 && Files.isReadable(file)) {
                return MachinePart.content(file);
            }
            Programs.Said printed = Programs.run(DUMP_PATIENCE, List.of(jcmd.toString(), pid, "Thread.print", "-l"));
            if (printed.status() != 0) {
                throw new IOException("the daemon does not answer, and jcmd says: " + printed.output().strip().replaceAll("\\s+", " "));
            }
            return printed.output();
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }
}
