package io.ngrokd.plugin.dns.windows;

import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.event.ResolverReply;
import io.ngrokd.api.event.ResolverRequest;
import io.ngrokd.api.spi.DnsStrategy;
import io.ngrokd.api.spi.Journal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a rule of the table for each of our domains. Every request looks at the table again. Its entry in the journal is {@code rules}. */
final class WindowsNrpt implements DnsStrategy {

    private static final Logger LOG = LoggerFactory.getLogger(WindowsNrpt.class);
    private static final String RULES = "rules";
    private static final int DNS_PORT = 53;

    private final NrptTable table;
    private final NameServers nameServers;
    private final Journal journal;
    private final Repairs repairs;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    /** The domains whose rule for the present server we have seen in the table: whoever takes it away is somebody else. */
    private final Set<String> settled = new TreeSet<>();
    private volatile Optional<InetSocketAddress> server = Optional.empty();
    private volatile int routed;

    WindowsNrpt(NrptTable table, NameServers nameServers, Journal journal) {
        this(table, nameServers, journal, InstantSource.system());
    }

    WindowsNrpt(NrptTable table, NameServers nameServers, Journal journal, InstantSource clock) {
        this.table = table;
        this.nameServers = nameServers;
        this.journal = journal;
        this.repairs = new Repairs(clock);
    }

    @Override
    public ResolverReply apply(ResolverRequest request) throws StageException {
        oneAtATime.lock();
        try {
            return route(request);
        } catch (IOException failure) {
            throw exception(FailureCode.INPUT_OUTPUT, "the name resolution rules of Windows could not be read or changed: "
                    + failure.getMessage(), failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    private ResolverReply route(ResolverRequest request) throws IOException, StageException {
        refuseWhatWindowsCannotAsk(request.server());
        if (!Optional.of(request.server()).equals(server)) {
            settled.clear();
        }
        server = Optional.of(request.server());
        NrptTable.State before = table.read();
        refuseWhereOurRulesDoNotCount(before, request);
        Plan plan = Plan.of(request.domains(), request.server().getAddress().getHostAddress(), before.rules());
        Map<String, StageFailure> failed = new TreeMap<>(plan.failed());
        plan.add().removeIf(domain -> {
            boolean waits = settled.contains(domain) && !repairs.mayRepair(domain);
            if (waits) {
                failed.put(domain, new StageFailure(FailureCode.IN_USE,
                        "another program keeps removing the rule for " + domain + "; it is put right from time to time"));
            }
            return waits;
        });
        if (!plan.isEmpty()) {
            change(plan, failed);
        }
        Set<String> standing = new TreeSet<>(plan.wanted());
        standing.removeAll(failed.keySet());
        settled.retainAll(plan.wanted());
        settled.addAll(standing);
        failWhatTheyCover(request, standing, failed, Plan.foreign(before.rules()).keySet());
        routed = standing.size();
        if (plan.wanted().isEmpty()) {
            journal.forget(RULES);
        }
        return new ResolverReply(failed, plan.wanted().stream().filter(repairs::isFoughtOver).findFirst()
                .map(domain -> "another program keeps changing the name resolution rules of Windows;"
                        + " look for a VPN or a tool that manages DNS"));
    }

    private static void refuseWhereOurRulesDoNotCount(NrptTable.State table, ResolverRequest request) throws StageException {
        if (table.ruledByPolicy()) {
            throw exception(FailureCode.UNSUPPORTED,
                    "Group Policy has a name resolution table on this machine, and Windows then ignores all other rules. Have the "
                    + "domain's administrator add rules for " + String.join(", ", request.widest())
                    + ", or delete the key if nobody needs it: "
                    + NrptTable.POLICY_KEY, null);
        }
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<ResolverRequest> asked) throws StageException {
        oneAtATime.lock();
        try {
            if (asked.request().isEmpty()) {
                return Optional.of(Plan.of(new TreeSet<>(), "", table.read().ours()).changes());
            }
            ResolverRequest request = asked.request().get();
            refuseWhatWindowsCannotAsk(request.server());
            NrptTable.State now = table.read();
            refuseWhereOurRulesDoNotCount(now, request);
            return Optional.of(Plan.of(request.domains(), request.server().getAddress().getHostAddress(), now.rules()).changes());
        } catch (IOException failure) {
            throw exception(FailureCode.INPUT_OUTPUT, "the name resolution rules of Windows could not be read: " + failure.getMessage(), failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    private static void refuseWhatWindowsCannotAsk(InetSocketAddress server) throws StageException {
        if (server.isUnresolved() || server.getAddress().isAnyLocalAddress()) {
            throw exception(FailureCode.REFUSED, "Windows cannot ask a DNS server at " + server + "; name an address in dns.listen", null);
        }
        if (server.getPort() != DNS_PORT) {
            throw exception(FailureCode.UNSUPPORTED, "Windows asks DNS servers on port 53 only, and ngrokd's listens on port "
                    + server.getPort()
                    + "; let it listen on port 53 in dns.listen", null);
        }
    }

    /** Adds to the failures what could not be added. */
    private void change(Plan plan, Map<String, StageFailure> failed) throws IOException, StageException {
        journal.record(RULES);
        NrptTable.State after = table.change(plan);
        Plan left = Plan.of(plan.wanted(), plan.server(), after.rules());
        List<String> missing = left.add().stream().filter(plan.add()::contains).toList();
        boolean nothingDone = missing.size() == plan.add().size() && left.remove().containsAll(plan.remove());
        if (nothingDone) {
            throw exception(code(after), reason(after), null);
        }
        missing.forEach(domain -> failed.put(domain, new StageFailure(code(after), reason(after))));
        if (!after.errors().isBlank()) {
            LOG.warn("Windows refused some of the changes to its name resolution rules reason=\"{}\"", NrptTable.gist(after.errors()));
        }
    }

    /** The domains below one whose rule could not be made have none of their own. */
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

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            List<NrptRule> ours = table.read().ours();
            if (!ours.isEmpty()) {
                NrptTable.State after = table.change(Plan.of(new TreeSet<>(), "", ours));
                if (!after.ours().isEmpty()) {
                    throw exception(code(after), reason(after), null);
                }
            }
            settled.clear();
            routed = 0;
            journal.forget(RULES);
        } catch (IOException failure) {
            throw exception(FailureCode.INPUT_OUTPUT, "ngrokd's name resolution rules could not be removed from Windows: "
                    + failure.getMessage(), failure);
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public List<InetSocketAddress> upstreams() {
        return nameServers.current().stream().filter(each -> !Optional.of(each).equals(server)).toList();
    }

    @Override
    public String description() {
        return "name resolution rules (NRPT) with the comment '" + NrptRule.MARK + "', " + routed + (routed == 1 ? " domain" : " domains");
    }

    private static FailureCode code(NrptTable.State after) {
        return after.isDenied() ? FailureCode.PERMISSION_DENIED : FailureCode.INPUT_OUTPUT;
    }

    private static String reason(NrptTable.State after) {
        return after.isDenied()
                ? "only an administrator may change the name resolution rules of Windows; run ngrokd as one, or as a service"
                : "Windows did not change its name resolution rules: " + NrptTable.gist(after.errors());
    }

    private static StageException exception(FailureCode code, String message, IOException cause) {
        return new StageException(code, message, WindowsNrptFactory.NAME, cause);
    }
}
