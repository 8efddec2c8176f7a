package io.ngrokd.plugin.dns.macos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The programs of macOS that we run. */
final class MacosCommands {

    private static final Duration FLUSHING = Duration.ofSeconds(10);
    private static final Duration LOOKING = Duration.ofMillis(1800);

    private final Path root;

    /** @param root the folder that they are looked up in */
    MacosCommands(Path root) {
        this.root = root;
    }

    /**
     * Has macOS forget answers that it got before. Both programs, for either cache; each is tried whatever the other one did.
     *
     * @return what went wrong
     */
    Optional<String> flushCaches() {
        Optional<String> directory = attempt("usr/bin/dscacheutil", "-flushcache");
        Optional<String> responder = attempt("usr/bin/killall", "-HUP", "mDNSResponder");
        return directory.or(() -> responder);
    }

    /** What {@code scutil --dns} prints. */
    String dnsConfiguration() throws IOException {
        return Command.run(LOOKING, root.resolve("usr/sbin/scutil"), "--dns");
    }

    private Optional<String> attempt(String program, String... arguments) {
        try {
            Command.run(FLUSHING, root.resolve(program), arguments);
            return Optional.empty();
        } catch (IOException failure) {
            return Optional.of(failure.getMessage());
        }
    }
}
