package io.ngrokd.ctl;

import io.ngrokd.ctl.client.CommandFailure;
import io.ngrokd.ctl.client.ExitStatus;
import io.ngrokd.ctl.json.Json;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ngrokctl wait}. */
@Command(name = "wait", description = {"Wait until the daemon is ready, or an endpoint is.",
    "Waits for the daemon to come up too; --timeout SECONDS is for all of it (60), then it exits with 5, or 3 without a daemon."})
final class WaitCommand extends DaemonCommand {

    private static final int USUAL = 60;
    /** Of one request; a daemon that is restarted meanwhile is asked again. */
    private static final long LONGEST_REQUEST = 60;
    private static final long PAUSE_MILLIS = 200;

    @Option(names = "--for", paramLabel = "WHAT", defaultValue = "ready",
            description = "'ready' (registered, and what ngrok listed is served), or 'endpoint=NAME' with its host, HOST:PORT or URL.")
    private String wanted;

    @Spec
    private CommandSpec spec;

    WaitCommand(Ngrokctl program) {
        super(program);
    }

    @Override
    byte[] fetch() throws CommandFailure {
        if (!wanted.equals("ready") && !wanted.matches("endpoint=.+")) {
            throw new ParameterException(spec.commandLine(), "--for takes 'ready' or 'endpoint=NAME'.");
        }
        long end = System.nanoTime() + program.timeout(USUAL).toNanos();
        while (true) {
            long left = Math.max(0, Duration.ofNanos(end - System.nanoTime()).toSeconds());
            long now = Math.min(left, LONGEST_REQUEST);
            try {
                return program.http(Duration.ofSeconds(now + 10)).get(
                        "/v1/wait?for=" + URLEncoder.encode(wanted, StandardCharsets.UTF_8) + "&timeout=" + now);
            } catch (CommandFailure failure) {
                boolean mayPass = failure.status() == ExitStatus.TIMED_OUT || failure.status() == ExitStatus.NO_DAEMON;
                if (!mayPass || System.nanoTime() >= end || failure.status() == ExitStatus.TIMED_OUT && left == 0) {
                    throw failure;
                }
                pause();
            }
        }
    }

    private static void pause() throws CommandFailure {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            throw new CommandFailure(ExitStatus.ERROR, "Interrupted.");
        }
    }

    @Override
    void show(byte[] data) throws IOException {
        program.text().println(Json.fields(data).text("for").orElse(wanted).replaceFirst("^endpoint=(.*)$", "$1 is ready").replaceFirst("^ready$", "ngrokd is ready") + ".");
    }
}
