package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks to resolved, through its own program. */
final class Resolvectl {

    private static final Logger LOG = LoggerFactory.getLogger(Resolvectl.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration PROBE_LIMIT = Duration.ofMillis(1800);
    /** What it says about an interface that was made a moment ago. */
    private static final String UNKNOWN_LINK = " not known\n";
    private static final int LOOKS = 20;
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** Before the values of one interface; long lists of values are broken into several lines. */
    private static final Pattern HEAD = Pattern.compile("^Link \\d+ \\([^)]*\\):");

    private final SystemRoot root;
    private final Programs programs;

    Resolvectl(SystemRoot root, Programs programs) {
        this.root = root;
        this.programs = programs;
    }

    boolean isInstalled() {
        return root.program("resolvectl").isPresent();
    }

    /** @throws StageException when it does not answer */
    void answers() throws StageException {
        run(PROBE_LIMIT, "default-route");
    }

    LinkSettings read(String link) throws StageException {
        List<InetSocketAddress> servers =
                values(link, "dns").stream().map(ServerText::read).flatMap(Optional::stream).toList();
        return new LinkSettings(servers, new HashSet<>(values(link, "domain")), values(link, "default-route").contains("yes"));
    }

    void setServer(String link, InetSocketAddress server) throws StageException {
        run(LIMIT, "dns", link, ServerText.write(server));
    }

    void setDomains(String link, Collection<String> domains) throws StageException {
        List<String> arguments = new ArrayList<>(List.of("domain", link));
        arguments.addAll(domains);
        run(LIMIT, arguments.toArray(String[]::new));
    }

    void setNoDefaultRoute(String link) throws StageException {
        run(LIMIT, "default-route", link, "no");
    }

    /**
     * Switches off what our server does not speak. Not every version knows all of these, and what it has no support for is off
     * anyway: the kernel's look-up is the proof.
     */
    void setPlain(String link) {
        for (String protocol : List.of("llmnr", "mdns", "dnssec", "dnsovertls")) {
            try {
                run(LIMIT, protocol, link, "no");
            } catch (StageException unknown) {
                LOG.debug("Not switched off protocol={} link={} reason={}", protocol, link, unknown.getMessage());
            }
        }
    }

    /** Takes all settings of an interface away. */
    void revert(String link) throws StageException {
        run(LIMIT, "revert", link);
    }

    private List<String> values(String link, String what) throws StageException {
        String output = HEAD.matcher(run(LIMIT, what, link)).replaceFirst("");
        return Stream.of(output.split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    private String run(Duration limit, String... arguments) throws StageException {
        Path program = root.program("resolvectl").orElseThrow(() -> failure(FailureCode.UNSUPPORTED,
                "the program resolvectl is not installed any more; install systemd-resolved, or choose another way in plugins.dns", null));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Programs.Outcome outcome = programs.run(command, "", limit);
            for (int look = 0; look < LOOKS && outcome.output().endsWith(UNKNOWN_LINK); look++) {
                Thread.sleep(PAUSE);
                outcome = programs.run(command, "", limit);
            }
            if (outcome.succeeded()) {
                return outcome.output();
            }
            throw refused(String.join(" ", arguments), outcome.output().strip());
        } catch (IOException failed) {
            throw failure(FailureCode.TIMEOUT, "systemd-resolved does not answer: " + failed.getMessage()
                    + "; look at 'systemctl status systemd-resolved'", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failure(FailureCode.TIMEOUT, "interrupted while systemd-resolved was spoken to; send the state again", stopped);
        }
    }

    private static StageException refused(String arguments, String words) {
        String brief = arguments.length() > 100 ? arguments.substring(0, 100) + "..." : arguments;
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("denied") || lower.contains("authentication required") || lower.contains("not permitted")) {
            return failure(FailureCode.PERMISSION_DENIED,
                    "ngrokd may not change systemd-resolved's settings; run it as root (resolvectl " + brief + ": " + words + ")", null);
        }
        return failure(FailureCode.INPUT_OUTPUT, "systemd-resolved refused 'resolvectl " + brief + "': " + words
                + "; look at 'systemctl status systemd-resolved' and 'resolvectl status'", null);
    }

    private static StageException failure(FailureCode code, String message, Exception cause) {
        return new StageException(code, message, SystemdResolvedFactory.NAME, cause);
    }
}
