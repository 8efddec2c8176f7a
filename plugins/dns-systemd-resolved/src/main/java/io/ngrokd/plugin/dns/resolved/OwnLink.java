package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An interface for resolved to tie our domains to, where the endpoints have none of ours. Nothing is ever sent through it: our
 * server has an address of this machine, which the kernel reaches whatever the interface. It has an address because resolved
 * passes over interfaces without one: 192.0.0.8, which stands for "no address" and is nobody's (RFC 7600).
 */
final class OwnLink {

    static final String NAME = "ngrokd-dns";
    static final String ADDRESS = "192.0.0.8/32";
    static final String ALIAS = "ngrokd: made to route names, removed when it stops";

    private static final Logger LOG = LoggerFactory.getLogger(OwnLink.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final SystemRoot root;
    private final Programs programs;
    private final Links links;
    private final ResolvedJournal journal;

    OwnLink(SystemRoot root, Programs programs, Links links, ResolvedJournal journal) {
        this.root = root;
        this.programs = programs;
        this.links = links;
        this.journal = journal;
    }

    /** Makes it, unless it is there and fit for use. */
    void ensure() throws StageException {
        if (links.exists(NAME)) {
            requireOurs();
            journal.recordLink(NAME);
            if (links.obstacle(NAME).isEmpty()) {
                return;
            }
        } else {
            journal.recordLink(NAME);
            make();
        }
        ip("address", "replace", ADDRESS, "dev", NAME);
        ip("link", "set", "dev", NAME, "up");
    }

    /** @throws StageException when the one that is there is somebody else's */
    void requireOurs() throws StageException {
        if (!isOurs()) {
            throw failure(FailureCode.IN_USE, "there is an interface " + NAME
                    + " already, which is not ngrokd's; remove it with 'ip link delete " + NAME + "'", null);
        }
    }

    /** Removes it, if it is ours. */
    void remove() throws StageException {
        for (String link : journal.links()) {
            if (links.exists(link)) {
                ip("link", "delete", "dev", link);
                LOG.info("Removed the interface link={}", link);
            }
            journal.forgetLink(link);
        }
    }

    private void make() throws StageException {
        try {
            ip("link", "add", NAME, "type", "dummy");
        } catch (StageException refused) {
            journal.forgetLink(NAME);
            throw refused;
        }
        ip("link", "set", "dev", NAME, "alias", ALIAS);
        LOG.info("Made an interface to tie routing of names to link={}", NAME);
    }

    /** By its journal entry, or by its alias where the journal was lost. */
    private boolean isOurs() throws StageException {
        if (journal.links().contains(NAME)) {
            return true;
        }
        try {
            return ResolvConf.read(root.folder().resolve("sys/class/net/" + NAME + "/ifalias")).strip().equals(ALIAS);
        } catch (IOException unreadable) {
            throw failure(FailureCode.INPUT_OUTPUT, "the interface " + NAME + " cannot be looked at: " + unreadable, unreadable);
        }
    }

    private void ip(String... arguments) throws StageException {
        Path program = root.program("ip").orElseThrow(() -> failure(FailureCode.UNSUPPORTED,
                "systemd-resolved ties routing to an interface, and the program 'ip' that makes one is missing; install iproute2", null));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Programs.Outcome outcome = programs.run(command, "", LIMIT);
            if (!outcome.succeeded()) {
                throw refused(String.join(" ", arguments), outcome.output().strip());
            }
        } catch (IOException failed) {
            throw failure(FailureCode.TIMEOUT, failed.getMessage() + "; it is tried again", failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw failure(FailureCode.TIMEOUT, "interrupted while the interface " + NAME + " was made; send the state again", stopped);
        }
    }

    private static StageException refused(String arguments, String words) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("not permitted") || lower.contains("denied")) {
            return failure(FailureCode.PERMISSION_DENIED, "systemd-resolved ties routing to an interface, and ngrokd may not make one;"
                    + " run it as root (ip " + arguments + ": " + words + ")", null);
        }
        if (lower.contains("not supported") || lower.contains("unknown device type")) {
            return failure(FailureCode.UNSUPPORTED, "systemd-resolved ties routing to an interface, and this kernel cannot make one;"
                    + " load its module with 'modprobe dummy' (ip " + arguments + ": " + words + ")", null);
        }
        return failure(FailureCode.INPUT_OUTPUT, "'ip " + arguments + "' failed: " + words + "; it is tried again", null);
    }

    private static StageException failure(FailureCode code, String message, Exception cause) {
        return new StageException(code, message, SystemdResolvedFactory.NAME, cause);
    }
}
