package io.ngrokd.ctl;

import io.ngrokd.ctl.output.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One run of ngrokctl and what came of it. */
record Run(int code, String output, String errors) {

    static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    static final Terminal PIPE = new Terminal(100_000, false, true);

    /** What a run is given; the daemon's socket comes by the environment, as for most users. */
    record Setting(Map<String, String> environment, String input, Terminal terminal, KeyPrompt prompt) {

        static Setting at(Path socket) {
            return new Setting(Map.of("NGROKD_SOCKET", socket.toString()), "", PIPE, Optional::empty);
        }

        Setting typing(String text) {
            return new Setting(environment, text, terminal, prompt);
        }

        Setting on(Terminal other) {
            return new Setting(environment, input, other, prompt);
        }

        Setting prompted(KeyPrompt other) {
            return new Setting(environment, input, terminal, other);
        }

        Run run(String... arguments) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            Surroundings surroundings = new Surroundings(environment,
                    new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), output, errors, terminal, prompt,
                    Clock.fixed(NOW, ZoneOffset.UTC));
            int code = Ngrokctl.run(surroundings, arguments);
            return new Run(code, output.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        }
    }

    static Run with(FakeDaemon daemon, String... arguments) {
        return Setting.at(daemon.path()).run(arguments);
    }

    List<String> lines() {
        return output.lines().toList();
    }
}
