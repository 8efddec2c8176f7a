package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.event.Change;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.ResolvConf;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A record in resolvconf's own store, under a name that its rules put first. There are two programs of that name, Debian's
 * resolvconf and openresolv; both know {@code -a} and {@code -d}.
 */
final class ResolvconfWay implements Way {

    /** Comes first by Debian's {@code /etc/resolvconf/interface-order}, and makes it a server of this machine. */
    static final String DEBIAN_KEY = "lo.ngrokd";
    /** Comes first by openresolv's {@code interface_order}. */
    static final String OPENRESOLV_KEY = "lo0.ngrokd";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path program;
    private final Path file;
    private final Programs programs;
    private final WayJournal journal;

    /** @param file the resolv.conf that it writes */
    ResolvconfWay(Path program, Path file, Programs programs, WayJournal journal) {
        this.program = program;
        this.file = file;
        this.programs = programs;
        this.journal = journal;
    }

    @Override
    public boolean stands(InetSocketAddress server) throws StageException {
        return journal.resolvconfKey().isPresent() && first().equals(Optional.of(server));
    }

    @Override
    public void put(InetSocketAddress server) throws StageException {
        try {
            String key = key();
            journal.recordResolvconf(key);
            run(List.of(program.toString(), "-a", key), "nameserver " + server.getAddress().getHostAddress() + "\n");
        } catch (IOException unwritable) {
            throw new StageException(FailureCode.INPUT_OUTPUT, "what must be undone could not be written down in ngrokd's state folder, so"
                    + " nothing was changed: " + unwritable.getMessage() + "; make room there", ResolvConfFactory.NAME, unwritable);
        }
        Optional<InetSocketAddress> first = first();
        if (!first.equals(Optional.of(server))) {
            remove();
            throw new StageException(FailureCode.REFUSED, "resolvconf was told of our DNS server and keeps "
                    + first.map(other -> other.getAddress().getHostAddress()).orElse("none") + " first in " + Place.RESOLV_CONF
                    + "; put 'lo.*' first in /etc/resolvconf/interface-order, or interface_order in /etc/resolvconf.conf",
                    ResolvConfFactory.NAME);
        }
    }

    @Override
    public void remove() throws StageException {
        Optional<String> key = journal.resolvconfKey();
        if (key.isPresent()) {
            run(List.of(program.toString(), "-d", key.get()), "");
            try {
                journal.forgetResolvconf(key.get());
            } catch (IOException unwritable) {
                throw new StageException(FailureCode.INPUT_OUTPUT, "ngrokd's journal cannot be written: " + unwritable.getMessage()
                        + "; make room in its state folder", ResolvConfFactory.NAME, unwritable);
            }
        }
    }

    @Override
    public List<Change> changes(Optional<InetSocketAddress> server) throws StageException {
        Optional<String> key = journal.resolvconfKey();
        if (server.isEmpty()) {
            return key.map(there -> List.of(Change.remove(Change.SETTING, "resolvconf's record " + there))).orElse(List.of());
        }
        return stands(server.get()) ? List.of() : List.of(Change.add(Change.SETTING,
                "resolvconf's record " + key() + ": nameserver " + server.get().getAddress().getHostAddress()));
    }

    @Override
    public String description() {
        return Place.RESOLV_CONF + ", through resolvconf";
    }

    private String key() throws StageException {
        return call(List.of(program.toString(), "--version"), "").output().startsWith("openresolv") ? OPENRESOLV_KEY : DEBIAN_KEY;
    }

    private Optional<InetSocketAddress> first() throws StageException {
        try {
            return ResolvConf.servers(ResolvConf.read(file)).stream().findFirst();
        } catch (IOException unreadable) {
            throw new StageException(FailureCode.INPUT_OUTPUT, file + " could not be read: " + unreadable,
                    ResolvConfFactory.NAME, unreadable);
        }
    }

    private void run(List<String> command, String input) throws StageException {
        Programs.Outcome outcome = call(command, input);
        if (!outcome.succeeded()) {
            String words = outcome.output().strip();
            boolean denied = words.toLowerCase(Locale.ROOT).contains("denied");
            throw new StageException(denied ? FailureCode.PERMISSION_DENIED : FailureCode.INPUT_OUTPUT,
                    "'" + String.join(" ", command) + "' failed with exit code " + outcome.exitCode()
                            + (words.isEmpty() ? "" : ": " + words)
                            + (denied ? "; run ngrokd as root" : "; try it by hand, or choose another way to route names in plugins.dns"),
                    ResolvConfFactory.NAME);
        }
    }

    private Programs.Outcome call(List<String> command, String input) throws StageException {
        try {
            return programs.run(command, input, LIMIT);
        } catch (IOException failed) {
            throw new StageException(FailureCode.INPUT_OUTPUT, failed.getMessage()
                    + "; try it by hand, or choose another way to route names in plugins.dns", ResolvConfFactory.NAME, failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StageException(FailureCode.TIMEOUT, "interrupted while resolvconf ran; send the state again",
                    ResolvConfFactory.NAME, stopped);
        }
    }
}
