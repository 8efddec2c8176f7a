package io.ngrokd.plugin.dns.resolvconf;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.Journal;
import io.ngrokd.kit.system.Programs;
import io.ngrokd.kit.system.Repairs;
import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our server as the first one of resolv.conf, by whichever way leads there on this machine. */
final class ResolvConfStrategy implements DnsStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(ResolvConfStrategy.class);
    private static final int DNS = 53;

    private final SystemRoot root;
    private final Programs programs;
    private final WayJournal journal;
    private final Repairs repairs;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** What stood when we were done last. */
    private volatile Optional<Standing> standing = Optional.empty();

    ResolvConfStrategy(SystemRoot root, Programs programs, Journal journal, Repairs repairs) {
        this.root = root;
        this.programs = programs;
        this.journal = new WayJournal(journal);
        this.repairs = repairs;
    }

    private record Standing(Place place, InetSocketAddress server, String description) {
        boolean isFor(InetSocketAddress other, String way) {
            return server.equals(other) && description.equals(way);
        }
    }

    @Override
    public ResolverReply apply(ResolverRequest request) throws StageException {
        oneAtATime.lock();
        try {
            if (request.domains().isEmpty()) {
                undoAll();
                return ResolverReply.complete();
            }
            return apply(request, request.server());
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            undoAll();
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public List<InetSocketAddress> upstreams() {
        try {
            return new Upstreams(root).read(standing.map(now -> Set.of(now.server())).orElse(Set.of()));
        } catch (IOException unreadable) {
            LOG.warn("The servers of resolv.conf cannot be read reason={}", unreadable.toString());
            return List.of();
        }
    }

    @Override
    public String description() {
        return standing.map(Standing::description).orElse(Place.RESOLV_CONF);
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<ResolverRequest> asked) throws StageException {
        oneAtATime.lock();
        try {
            Optional<ResolverRequest> wanted = asked.request().filter(request -> !request.domains().isEmpty());
            List<Change> changes = new ArrayList<>();
            if (wanted.isEmpty()) {
                for (Way way : journaledWays(Optional.empty())) {
                    changes.addAll(way.changes(Optional.empty()));
                }
                return Optional.of(changes);
            }
            requirePort(wanted.get().server());
            Place place = Place.find(root);
            Way way = way(place);
            for (Way other : journaledWays(Optional.of(place))) {
                changes.addAll(other.changes(Optional.empty()));
            }
            changes.addAll(way.changes(Optional.of(wanted.get().server())));
            return Optional.of(changes);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** The ways that have something of ours, without the one that leads to a place. */
    private List<Way> journaledWays(Optional<Place> but) {
        List<Way> ways = new ArrayList<>();
        for (Path file : journal.files()) {
            if (but.filter(now -> now instanceof Place.PlainFile plain && plain.file().equals(file)).isEmpty()) {
                ways.add(new FileWay(file, journal, false));
            }
        }
        if (but.filter(Place.Resolvconf.class::isInstance).isEmpty() && journal.resolvconfKey().isPresent()) {
            root.program("resolvconf").ifPresent(program -> ways.add(resolvconf(program)));
        }
        return ways;
    }

    private Way resolvconf(Path program) {
        return new ResolvconfWay(program, root.folder().resolve("etc/resolv.conf"), programs, journal);
    }

    private ResolverReply apply(ResolverRequest request, InetSocketAddress server) throws StageException {
        requirePort(server);
        Place place = Place.find(root);
        Way way = way(place);
        leaveOtherWays(place);
        if (!way.stands(server)) {
            if (standing.isPresent() && standing.get().isFor(server, way.description())) {
                String writer = writer();
                LOG.info("Our DNS server was taken out of resolv.conf by somebody else writer=\"{}\"", writer);
                if (repairs.onChange() != Repairs.Advice.REPAIR) {
                    return leftAlone(request, writer);
                }
            }
            boolean nothingBefore = journal.files().isEmpty() && journal.resolvconfKey().isEmpty();
            try {
                way.put(server);
            } catch (StageException refused) {
                if (nothingBefore) {
                    takeBack(way, refused);
                }
                throw refused;
            }
        }
        standing = Optional.of(new Standing(place, server, way.description()));
        return new ResolverReply(Map.of(), repairs.isFight() ? Optional.of(fight(writer())) : Optional.empty());
    }

    private static void requirePort(InetSocketAddress server) throws StageException {
        if (server.getPort() != DNS) {
            throw failure(FailureCode.REFUSED, "resolv.conf names servers by address alone, at port " + DNS
                    + ", and our DNS server listens at " + server.getAddress().getHostAddress() + " port " + server.getPort()
                    + "; set dns.listen to a free address with port " + DNS);
        }
    }

    private Way way(Place place) throws StageException {
        return switch (place) {
            case Place.PlainFile plain -> new FileWay(plain.file(), journal, asksAllAtOnce());
            case Place.Resolvconf resolvconf -> new ResolvconfWay(resolvconf.program(), resolvconf.file(), programs, journal);
            case Place.NotOurs notOurs -> throw failure(FailureCode.REFUSED,
                    notOurs.reason() + "; use systemd-resolved in plugins.dns, or a file of your own");
        };
    }

    /** The file may have been given to another program since, or now be somewhere else. */
    private void leaveOtherWays(Place now) throws StageException {
        for (Path file : journal.files()) {
            if (!(now instanceof Place.PlainFile plain && plain.file().equals(file))) {
                removeFrom(file);
            }
        }
        if (!(now instanceof Place.Resolvconf)) {
            removeFromResolvconf();
        }
    }

    private void undoAll() throws StageException {
        for (Path file : journal.files()) {
            removeFrom(file);
        }
        removeFromResolvconf();
        standing = Optional.empty();
    }

    private void removeFrom(Path file) throws StageException {
        new FileWay(file, journal, false).remove();
    }

    private void removeFromResolvconf() throws StageException {
        Optional<String> key = journal.resolvconfKey();
        if (key.isEmpty()) {
            return;
        }
        Optional<Path> program = root.program("resolvconf");
        if (program.isPresent()) {
            resolvconf(program.get()).remove();
            return;
        }
        try {
            journal.forgetResolvconf(key.get());
        } catch (IOException unwritable) {
            throw failure(FailureCode.INPUT_OUTPUT, "ngrokd's journal cannot be written: " + unwritable.getMessage()
                    + "; make room in its state folder");
        }
    }

    private static void takeBack(Way way, StageException refused) {
        try {
            way.remove();
        } catch (StageException twice) {
            // It is in the journal, and so undone one day.
            refused.addSuppressed(twice);
        }
    }

    /** musl, the C library of Alpine, takes the first answer that comes from any server. */
    private boolean asksAllAtOnce() {
        try (DirectoryStream<Path> loaders = Files.newDirectoryStream(root.folder().resolve("lib"), "ld-musl-*")) {
            return loaders.iterator().hasNext();
        } catch (IOException none) {
            return false;
        }
    }

    private String writer() {
        try {
            return Place.writer(ResolvConf.read(root.real(Place.RESOLV_CONF))).orElse("another program");
        } catch (IOException unreadable) {
            return "another program";
        }
    }

    private static ResolverReply leftAlone(ResolverRequest request, String writer) {
        Map<String, StageFailure> failed = new HashMap<>();
        request.domains().forEach(domain -> failed.put(domain, new StageFailure(FailureCode.IN_USE, fight(writer))));
        return new ResolverReply(failed, Optional.of(fight(writer)));
    }

    private static String fight(String writer) {
        String mend = writer.equals("NetworkManager")
                ? "set 'dns=none' below [main] in /etc/NetworkManager/NetworkManager.conf, or have it use systemd-resolved"
                : "have it leave the file alone, or set plugins.dns to none";
        return writer + " keeps changing " + Place.RESOLV_CONF + ", where our DNS server must stand first; " + mend;
    }

    private static StageException failure(FailureCode code, String message) {
        return new StageException(code, message, ResolvConfFactory.NAME);
    }
}
