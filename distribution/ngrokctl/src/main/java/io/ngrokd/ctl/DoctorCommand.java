package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.doctor.Examination;
import io.ngrokd.ctl.doctor.Hop;
import io.ngrokd.ctl.doctor.Installation;
import io.ngrokd.ctl.doctor.Resolver;
import io.ngrokd.ctl.doctor.WithoutDaemon;
import io.ngrokd.ctl.json.Fields;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ngrokctl doctor}. */
@Command(name = "doctor", description = {"Walk the way of a name and say at each hop what was seen, and what to do.",
    "Exits with 0 when no hop failed, 1 when one did, 3 without a daemon, after saying what can be found out all the same."})
final class DoctorCommand extends DaemonCommand {

    private static final int PATIENCE = 30;
    private static final String NO_DAEMON = "no_daemon";

    @Parameters(arity = "0..1", paramLabel = "NAME",
            description = "A host, HOST:PORT or URL, or a name below a wildcard; without it this machine and all endpoints.")
    private String name;

    @Option(names = "--config", paramLabel = "FILE", defaultValue = "/etc/ngrokd/config.yml",
            description = "Without a daemon: the config file to check (default: ${DEFAULT-VALUE}).")
    private Path config;

    DoctorCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure, IOException {
        byte[] document;
        try {
            document = program.http(program.timeout(PATIENCE))
                    .get("/v1/doctor" + (name == null ? "" : "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8)));
        } catch (CommandFailure unreachable) {
            if (unreachable.status() != ExitStatus.NO_DAEMON) {
                throw unreachable;
            }
            return withoutDaemon(unreachable);
        }
        return Json.write(new Examination(new Resolver()).complete(Json.fields(document)));
    }

    private byte[] withoutDaemon(CommandFailure unreachable) throws IOException {
        List<Hop> hops = new WithoutDaemon(Installation.ofThisProgram(), config.toAbsolutePath(), program.askedSocket()).look(unreachable);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(NO_DAEMON, true);
        document.put("hops", hops.stream().map(Hop::document).toList());
        document.put("failed", hops.stream().filter(hop -> hop.state() == Hop.State.FAILED).count());
        document.put("warnings", hops.stream().filter(hop -> hop.state() == Hop.State.WARNING).count());
        return Json.write(document);
    }

    @Override
    void show(byte[] data) throws IOException {
        new DoctorText(program.surroundings().terminal()).print(Json.fields(data), program.text()::println);
    }

    @Override
    ExitStatus judge(byte[] data) throws IOException {
        Fields document = Json.fields(data);
        if (document.flag(NO_DAEMON).orElse(false)) {
            return ExitStatus.NO_DAEMON;
        }
        return document.number("failed").orElse(0) == 0 ? ExitStatus.OK : ExitStatus.ERROR;
    }
}
