package io.ngrokd.ctl;

import com.fasterxml.jackson.core.JsonGenerator;
import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import io.ngrokd.ctl.output.Prose;
import io.ngrokd.ctl.report.Archive;
import io.ngrokd.ctl.report.DaemonMask;
import io.ngrokd.ctl.report.DaemonPart;
import io.ngrokd.ctl.report.Findings;
import io.ngrokd.ctl.report.InstallationPart;
import io.ngrokd.ctl.report.LogFiles;
import io.ngrokd.ctl.report.MachinePart;
import io.ngrokd.ctl.report.Report;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ngrokctl bugreport}. */
@Command(name = "bugreport", description = {"Pack what is needed to find out what is wrong into one file, without secrets, and list "
        + "what is in it.",
    "Logs, status, config, environment, threads, addresses, routes, resolver. Works without a daemon too. For all of it: as root."})
final class BugreportCommand extends DaemonCommand {

    private static final int DAEMON_PATIENCE = 20;
    private static final Path USUAL_CONFIG = Path.of("/etc/ngrokd/config.yml");
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Option(names = "--output", paramLabel = "FILE",
            description = "The file, or a folder for it; else ngrokd-report-HOST-TIME.zip in this folder.")
    private Path output;

    @Option(names = "--config", paramLabel = "PATH", description = "The config file, where no daemon says it: /etc/ngrokd/config.yml.")
    private Path config;

    @Option(names = "--log-file", paramLabel = "FILE", description = "A file that the daemon's log goes to; may be given several times.")
    private List<Path> logFiles = new ArrayList<>();

    BugreportCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        Map<String, String> environment = program.surroundings().environment();
        Instant now = program.surroundings().clock().instant();
        String name = "ngrokd-report-" + MachinePart.name(environment) + "-" + STAMP.format(now);
        Path file = output == null ? Path.of(name + ".zip") : Files.isDirectory(output) ? output.resolve(name + ".zip") : output;
        try (Archive archive = Archive.create(file.toAbsolutePath().normalize())) {
            Findings findings = new Findings();
            DaemonPart.Met met = new DaemonPart(findings, path -> program.http(program.timeout(DAEMON_PATIENCE)).get(path),
                    command -> program.socket(program.timeout(DAEMON_PATIENCE)).ask(command)).collect();
            int daemons = findings.size();
            Path configFile = configFile(findings);
            InstallationPart installation = new InstallationPart(findings, home(), configFile);
            installation.config();
            if (met == DaemonPart.Met.HANGS) {
                installation.threadsOfOneThatHangs();
            }
            installation.state();
            new LogFiles(findings).add(logFiles);
            String system = System.getProperty("os.name");
            new MachinePart(findings, system, MachinePart.hosts(system, hostsVariable(findings, environment))).collect();
            findings.add("ngrokctl.txt", "ngrokctl, its Java, its environment", Report.ngrokctl(environment, Version.read()));
            if (findings.has("environment.json")) {
                // It tells all, so it may be asked for this as well.
                new DaemonMask(text -> program.http(program.timeout(DAEMON_PATIENCE)).ask("POST", "/v1/bugreport/mask", text, "text/plain"))
                        .apply(findings, daemons);
            }
            Report report = Report.of(findings, installation, configFile, environment, now, Version.read());
            archive.pack(name, report.items(), now);
            return answer(file.toAbsolutePath().normalize(), report);
        }
    }

    private Path configFile(Findings findings) {
        return config != null ? config : said(findings, "status.json", "config_path").map(Path::of).orElse(USUAL_CONFIG);
    }

    /** The daemon knows which hosts file it writes to; without one that says so, this environment does. */
    private static Map<String, String> hostsVariable(Findings findings, Map<String, String> environment) {
        Map<String, String> merged = new HashMap<>(environment);
        if (findings.has("environment.json")) {
            merged.put("NGROKD_HOSTS_PATH", said(findings, "environment.json", "NGROKD_HOSTS_PATH").orElse(""));
        }
        return merged;
    }

    private static Optional<String> said(Findings findings, String file, String field) {
        try {
            byte[] document = findings.text(file).orElse(new byte[] {'{', '}'});
            return Json.fields(document).text(field);
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }

    /** The unpacked folder that this program runs from: its jar is in {@code lib}. */
    private static Path home() {
        try {
            CodeSource source = BugreportCommand.class.getProtectionDomain().getCodeSource();
            return Path.of(source.getLocation().toURI()).resolveSibling("..").normalize();
        } catch (URISyntaxException | RuntimeException unknown) {
            return Path.of(".");
        }
    }

    private static byte[] answer(Path file, Report report) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (JsonGenerator generator = Json.FACTORY.createGenerator(answer)) {
            generator.writeStartObject();
            generator.writeStringField("path", file.toString());
            generator.writeNumberField("size", Files.size(file));
            generator.writeArrayFieldStart("files");
            for (Findings.Item item : report.items()) {
                generator.writeStartObject();
                generator.writeStringField("name", item.name());
                generator.writeNumberField("size", item.content().length);
                generator.writeStringField("what", item.what());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeArrayFieldStart("missing");
            for (Findings.Gap gap : report.gaps()) {
                generator.writeStartObject();
                generator.writeStringField("name", gap.name());
                generator.writeStringField("reason", gap.reason());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeStringField("note", Report.NOTE);
            generator.writeEndObject();
        }
        return answer.toByteArray();
    }

    @Override
    void show(byte[] data) throws IOException {
        Fields answer = Json.fields(data);
        List<Fields> files = answer.objects("files");
        int names = files.stream().mapToInt(item -> item.text("name").orElse("").length()).max().orElse(0);
        program.text().println(Prose.clean(answer.text("path").orElse("?")) + " (" + size(answer.number("size").orElse(0)) + ") holds:");
        for (Fields item : files) {
            program.text().println(String.format("  %-" + Math.max(1, names) + "s  %9s  %s", Prose.clean(item.text("name").orElse("?")),
                    size(item.number("size").orElse(0)), Prose.clean(item.text("what").orElse(""))).stripTrailing());
        }
        List<Fields> missing = answer.objects("missing");
        if (!missing.isEmpty()) {
            program.text().println("Not in it:");
            missing.forEach(gap -> program.text().println("  " + Prose.clean(gap.text("name").orElse("?")) + ": "
                    + Prose.clean(gap.text("reason").orElse("?"))));
        }
        program.text().println(answer.text("note").orElse(""));
    }

    private static String size(long bytes) {
        return bytes < 1000 ? bytes + " B" : bytes < 1_000_000 ? (bytes + 500) / 1000 + " kB" : String.format(Locale.ROOT, "%.1f MB",
                bytes / 1e6);
    }
}
