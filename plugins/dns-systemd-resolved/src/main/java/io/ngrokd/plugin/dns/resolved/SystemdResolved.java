package io.ngrokd.plugin.dns.resolved;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.kit.system.Repairs;
import io.ngrokd.kit.system.ResolvConf;
import io.ngrokd.kit.system.SystemRoot;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our domains as routing domains of one interface of ours, with our server as its only one.
 *
 * <p>resolved keeps these over its own restart, and loses them with the interface or to another program that sets or reverts
 * them; so each request looks at what it has.
 */
final class SystemdResolved implements DnsStrategy {

    /** What resolved takes for one interface (seen with systemd 252; it refuses all of them when there is one more). */
    static final int MOST_DOMAINS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(SystemdResolved.class);

    private final SystemRoot root;
    private final ResolvedJournal journal;
    private final Resolvectl resolvectl;
    private final Links links;
    private final OwnLink ownLink;
    private final Repairs repairs;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** What stood when we were done last. */
    private volatile Optional<Standing> standing = Optional.empty();

    SystemdResolved(
            SystemRoot root, ResolvedJournal journal, Resolvectl resolvectl, Links links, OwnLink ownLink, Repairs repairs) {
        this.root = root;
        this.journal = journal;
        this.resolvectl = resolvectl;
        this.links = links;
        this.ownLink = ownLink;
        this.repairs = repairs;
    }

    /** What resolved has for an interface. */
    private record Standing(String link, LinkSettings settings) {}

    @Override
    public ResolverReply apply(ResolverRequest request) throws StageException {
        oneAtATime.lock();
        try {
            List<String> widest = request.widest();
            if (widest.isEmpty()) {
                undoAll();
                return ResolverReply.complete();
            }
            LinkSettings wanted = wanted(request);
            boolean nothingBefore = journal.routing().isEmpty() && journal.links().isEmpty();
            try {
                return apply(request, wanted);
            } catch (StageException refused) {
                if (nothingBefore) {
                    takeBack(refused);
                }
                throw refused;
            }
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

    /** resolved leaves out servers that are asked for some domains only, as ours is; whoever names it all the same is corrected. */
    @Override
    public List<InetSocketAddress> upstreams() {
        try {
            List<InetSocketAddress> ours = standing.map(now -> now.settings().servers()).orElse(List.of());
            return ResolvConf.servers(ResolvConf.read(root.real(Surroundings.RUNTIME + "/resolv.conf"))).stream()
                    .filter(server -> !ours.contains(server)).toList();
        } catch (IOException unreadable) {
            LOG.warn("The servers that systemd-resolved asks cannot be read reason={}", unreadable.toString());
            return List.of();
        }
    }

    @Override
    public String description() {
        return standing.map(now -> "systemd-resolved, on interface " + now.link()).orElse("systemd-resolved");
    }

    private static LinkSettings wanted(ResolverRequest request) {
        Set<String> domains = new LinkedHashSet<>();
        request.widest().stream().limit(MOST_DOMAINS).forEach(domain -> domains.add("~" + domain));
        return new LinkSettings(List.of(request.server()), domains, false);
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<ResolverRequest> asked) throws StageException {
        oneAtATime.lock();
        try {
            ResolvedPlan plan = new ResolvedPlan(journal, resolvectl, links, ownLink);
            Optional<ResolverRequest> request = asked.request().filter(wanted -> !wanted.widest().isEmpty());
            if (request.isEmpty()) {
                return Optional.of(plan.going(Optional.empty()));
            }
            Optional<Standing> there = named(request.get());
            return Optional.of(plan.coming(there.map(Standing::link).orElse(OwnLink.NAME), there.map(Standing::settings), wanted(request.get())));
        } finally {
            oneAtATime.unlock();
        }
    }

    private ResolverReply apply(ResolverRequest request, LinkSettings wanted) throws StageException {
        Standing found = look(request);
        String link = found.link();
        LinkSettings now = found.settings();
        leaveOtherLinks(link);
        if (!now.equals(wanted)) {
            // An exact repetition that finds something else: somebody changed it, or its interface went and came.
            if (standing.isPresent() && standing.get().equals(new Standing(link, wanted))) {
                LOG.info("The settings of systemd-resolved were changed by somebody else link={} servers={} domains={}",
                        link, now.servers(), now.domains().size());
                if (repairs.onChange() != Repairs.Advice.REPAIR) {
                    return leftAlone(request, link);
                }
            }
            write(link, now, wanted);
        } else {
            journal.recordRouting(link);
        }
        standing = Optional.of(new Standing(link, wanted));
        return new ResolverReply(tooMany(request), repairs.isFight() ? Optional.of(fight(link)) : Optional.empty());
    }

    /** The interface that the request names where resolved works with it, else one that we make; and what stands there. */
    private Standing look(ResolverRequest request) throws StageException {
        Optional<Standing> named = named(request);
        if (named.isPresent()) {
            return named.get();
        }
        ownLink.ensure();
        return new Standing(OwnLink.NAME, resolvectl.read(OwnLink.NAME));
    }

    /** The interface that the request names, and what stands there; empty when one of our own is needed. */
    private Optional<Standing> named(ResolverRequest request) throws StageException {
        if (request.interfaceName().isEmpty()) {
            return Optional.empty();
        }
        String link = request.interfaceName().get();
        Optional<String> obstacle = links.obstacle(link);
        if (obstacle.isEmpty() && !link.equals(OwnLink.NAME)) {
            LinkSettings now = resolvectl.read(link);
            if (now.isEmpty() || journal.routing().contains(link)) {
                return Optional.of(new Standing(link, now));
            }
            // Settings that somebody else made there would be lost.
            obstacle = Optional.of(link + " has DNS servers of somebody else");
        }
        LOG.debug("An interface of its own is used link={} reason=\"{}\"", OwnLink.NAME, obstacle.orElse(""));
        return Optional.empty();
    }

    private void leaveOtherLinks(String link) throws StageException {
        for (String other : journal.routing()) {
            if (!other.equals(link)) {
                revert(other);
            }
        }
        if (!link.equals(OwnLink.NAME)) {
            ownLink.remove();
        }
    }

    private void write(String link, LinkSettings now, LinkSettings wanted) throws StageException {
        boolean fresh = now.isEmpty();
        journal.recordRouting(link);
        if (now.defaultRoute() || fresh) {
            resolvectl.setNoDefaultRoute(link);
        }
        if (fresh) {
            resolvectl.setPlain(link);
        }
        if (!now.domains().equals(wanted.domains())) {
            resolvectl.setDomains(link, wanted.domains().stream().sorted().toList());
        }
        // Last: before, it would be asked for more than its domains.
        if (!now.servers().equals(wanted.servers())) {
            resolvectl.setServer(link, wanted.servers().getFirst());
        }
        LOG.info("Routed our domains through systemd-resolved link={} server={} domains={}",
                link, wanted.servers().getFirst(), wanted.domains().size());
    }

    private void takeBack(StageException refused) {
        try {
            undoAll();
        } catch (StageException twice) {
            // It is in the journal, and so undone one day.
            refused.addSuppressed(twice);
        }
    }

    private void undoAll() throws StageException {
        for (String link : journal.routing()) {
            revert(link);
        }
        ownLink.remove();
        standing = Optional.empty();
    }

    private void revert(String link) throws StageException {
        if (links.exists(link) && resolvectl.isInstalled()) {
            resolvectl.revert(link);
            LOG.info("Reverted the settings of systemd-resolved link={}", link);
        }
        journal.forgetRouting(link);
    }

    private static Map<String, StageFailure> tooMany(ResolverRequest request) {
        List<String> widest = request.widest();
        Map<String, StageFailure> failed = new HashMap<>();
        for (String domain : widest.subList(Math.min(MOST_DOMAINS, widest.size()), widest.size())) {
            StageFailure failure = new StageFailure(FailureCode.EXHAUSTED,
                    "systemd-resolved takes no more than " + MOST_DOMAINS + " domains for one interface");
            failed.put(domain, failure);
            request.domains().stream().filter(name -> name.endsWith("." + domain)).forEach(name -> failed.put(name, failure));
        }
        return failed;
    }

    private ResolverReply leftAlone(ResolverRequest request, String link) {
        Map<String, StageFailure> failed = new HashMap<>();
        request.domains().forEach(domain -> failed.put(domain, new StageFailure(FailureCode.IN_USE, fight(link))));
        return new ResolverReply(failed, Optional.of(fight(link)));
    }

    private static String fight(String link) {
        return "another program keeps changing systemd-resolved's settings for " + link + "; have it leave " + link
                + " alone (NetworkManager: 'nmcli device set " + link + " managed no')";
    }
}
