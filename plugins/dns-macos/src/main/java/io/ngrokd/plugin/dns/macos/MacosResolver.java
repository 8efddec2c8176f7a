package io.ngrokd.plugin.dns.macos;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a file in {@code /etc/resolver} for each of our domains. Every request looks at the folder again. */
final class MacosResolver implements DnsStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(MacosResolver.class);

    private final ResolverFolder folder;
    private final MacosCommands commands;
    private final Repairs repairs;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** What we wrote and found again: whoever changes that is somebody else. */
    private final Map<String, String> settled = new TreeMap<>();
    private volatile Optional<InetSocketAddress> server = Optional.empty();
    private volatile int routed;

    MacosResolver(ResolverFolder folder, MacosCommands commands) {
        this(folder, commands, InstantSource.system());
    }

    MacosResolver(ResolverFolder folder, MacosCommands commands, InstantSource clock) {
        this.folder = folder;
        this.commands = commands;
        this.repairs = new Repairs(clock);
    }

    @Override
    public ResolverReply apply(ResolverRequest request) throws StageException {
        oneAtATime.lock();
        try {
            return route(request);
        } catch (IOException failure) {
            throw exception(failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    private ResolverReply route(ResolverRequest request) throws IOException, StageException {
        requireAddress(request);
        server = Optional.of(request.server());
        folder.removeLeftovers();
        ResolverFolder.Scan scan = folder.scan();
        Routing routing = Routing.of(request.domains(), scan.foreign());
        Map<String, StageFailure> failed = new TreeMap<>(routing.failed());
        String content = ResolverFile.content(request.server());
        boolean changed = false;
        IOException first = null;
        for (String domain : routing.files()) {
            String before = scan.ours().get(domain);
            if (content.equals(before)) {
                settled.put(domain, content);
            } else if (content.equals(settled.get(domain)) && !repairs.mayRepair(domain)) {
                failed.put(domain, new StageFailure(FailureCode.IN_USE, "another program keeps changing " + folder.file(domain)
                        + "; it is put right from time to time"));
            } else {
                try {
                    folder.write(domain, content, before != null);
                    settled.put(domain, content);
                    changed = true;
                } catch (IOException failure) {
                    first = first == null ? failure : first;
                    failed.put(domain, failure(failure));
                }
            }
        }
        boolean removed = removeOthers(scan.ours().keySet(), routing.files());
        Set<String> standing = new TreeSet<>(routing.files());
        standing.removeAll(failed.keySet());
        if (first != null && standing.isEmpty() && !removed) {
            throw first;
        }
        failWhatTheyCover(request, standing, failed, scan.foreign().keySet());
        routed = standing.size();
        return new ResolverReply(failed, warning(changed || removed, routing.files()));
    }

    private static void requireAddress(ResolverRequest request) throws StageException {
        if (request.server().isUnresolved() || request.server().getAddress().isAnyLocalAddress()) {
            throw new StageException(FailureCode.REFUSED, "macOS cannot ask a DNS server at " + request.server()
                    + "; name an address in dns.listen",
                    MacosResolverFactory.NAME);
        }
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<ResolverRequest> asked) throws StageException {
        oneAtATime.lock();
        try {
            Optional<ResolverRequest> request = asked.request();
            if (request.isPresent()) {
                requireAddress(request.get());
            }
            ResolverFolder.Scan scan = folder.scan();
            Routing routing = Routing.of(request.map(ResolverRequest::domains).orElse(Collections.emptySortedSet()), scan.foreign());
            String content = request.map(wanted -> ResolverFile.content(wanted.server())).orElse("");
            return Optional.of(folder.changes(scan, routing, content));
        } catch (IOException failure) {
            throw exception(failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    /** The domains below one whose file could not be written have none of their own. */
    private static void failWhatTheyCover(ResolverRequest request, Set<String> standing, Map<String, StageFailure> failed,
            Set<String> foreign) {
        for (String domain : request.domains()) {
            String nearest = domain;
            while (!standing.contains(nearest) && !failed.containsKey(nearest) && !foreign.contains(nearest) && nearest.indexOf('.') >= 0) {
                nearest = nearest.substring(nearest.indexOf('.') + 1);
            }
            if (failed.containsKey(nearest)) {
                failed.putIfAbsent(domain, failed.get(nearest));
            }
        }
    }

    private boolean removeOthers(Set<String> ours, Set<String> wanted) throws IOException {
        boolean removed = false;
        for (String name : ours) {
            if (!wanted.contains(name)) {
                folder.delete(name);
                removed = true;
            }
        }
        settled.keySet().retainAll(wanted);
        if (wanted.isEmpty()) {
            folder.leave();
        }
        return removed;
    }

    private Optional<String> warning(boolean changed, Set<String> domains) {
        Optional<String> caches = changed ? commands.flushCaches() : Optional.empty();
        caches.ifPresent(reason -> LOG.warn("The caches of macOS could not be emptied reason=\"{}\"", reason));
        Optional<String> fight = domains.stream().filter(repairs::isFoughtOver).findFirst()
                .map(domain -> "another program keeps changing " + folder.file(domain) + "; look for a VPN or a tool that manages DNS");
        return fight.or(() -> caches.map(reason ->
                "macOS may keep old answers for a while, because its caches could not be emptied: " + reason));
    }

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            folder.removeLeftovers();
            boolean removed = removeOthers(folder.scan().ours().keySet(), Set.of());
            settled.clear();
            routed = 0;
            if (removed) {
                commands.flushCaches().ifPresent(reason -> LOG.warn("The caches of macOS could not be emptied reason=\"{}\"", reason));
            }
        } catch (IOException failure) {
            throw exception(failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public List<InetSocketAddress> upstreams() {
        try {
            return ScutilDns.servers(commands.dnsConfiguration()).stream().filter(each -> !Optional.of(each).equals(server)).toList();
        } catch (IOException | IllegalArgumentException unknown) {
            LOG.warn("The name servers of this machine are unknown; name some in dns.upstreams reason=\"{}\"", unknown.getMessage());
            return List.of();
        }
    }

    @Override
    public String description() {
        return folder.path() + ", " + routed + (routed == 1 ? " domain" : " domains");
    }

    private StageException exception(IOException cause) {
        StageFailure failure = failure(cause);
        return new StageException(failure.code(), failure.message(), MacosResolverFactory.NAME, cause);
    }

    private StageFailure failure(IOException cause) {
        if (cause instanceof AccessDeniedException denied) {
            return new StageFailure(FailureCode.PERMISSION_DENIED, "ngrokd may not read or write " + denied.getFile() + "; run it as root");
        }
        if (cause instanceof FileAlreadyExistsException taken) {
            return new StageFailure(FailureCode.IN_USE, taken.getFile() + " was made by another program in this moment; it stays as it is");
        }
        return new StageFailure(FailureCode.INPUT_OUTPUT, "the files in " + folder.path() + " could not be read or written: "
                + cause.getMessage());
    }
}
