package io.ngrokd.kit.listener;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageException;
import io.ngrokd.api.error.StageFailure;
import io.ngrokd.api.event.Change;
import io.ngrokd.api.event.ForwardReply;
import io.ngrokd.api.event.ForwardRequest;
import io.ngrokd.api.event.PlanRequest;
import io.ngrokd.api.spi.ForwardContext;
import io.ngrokd.api.spi.ForwardingMode;
import io.vertx.core.internal.VertxInternal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A forwarding mode's work: compares the listeners that are wanted with those that accept, closes what is too many, opens
 * what is missing. One request at a time; calls may come from any thread that may block.
 *
 * <p>It keeps no journal: a listening socket ends with its process.
 */
public final class ListenerKeeper implements ForwardingMode {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerKeeper.class);
    private static final long CLOSE_SECONDS = 10;

    private final String mode;
    private final AcceptorOpener opener;
    private final Supplier<PortHolders> holders;
    private final IntUnaryOperator firstOther;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final Map<String, Serving> serving = new ConcurrentHashMap<>();

    /**
     * A keeper on the daemon's event loops.
     *
     * @param mode its name in messages
     * @param loopsPerSocket how many event loops share the connections of one listener; more than there are means all
     * @param firstOther where the search for another port begins when the given one is taken
     */
    public ListenerKeeper(String mode, ForwardContext context, int loopsPerSocket, IntUnaryOperator firstOther) {
        this(mode, new AcceptorOpener((VertxInternal) context.vertx(), context.sink(), mode, loopsPerSocket), PortHolders::ofThisSystem,
                firstOther);
    }

    ListenerKeeper(String mode, AcceptorOpener opener, Supplier<PortHolders> holders, IntUnaryOperator firstOther) {
        this.mode = mode;
        this.opener = opener;
        this.holders = holders;
        this.firstOther = firstOther;
    }

    @Override
    public ForwardReply apply(ForwardRequest request) throws StageException {
        oneAtATime.lock();
        try {
            PortSearch search = new PortSearch(opener, holders.get(), firstOther, request.listeners());
            closeUnwanted(request.listeners(), search);
            search.skip(serving.values().stream().map(current -> current.acceptor().local()).toList());
            return openMissing(request.listeners(), search);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StageException(FailureCode.TIMEOUT, "interrupted while listeners were opened; send the state again",
                    mode, stopped);
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public void undo() throws StageException {
        oneAtATime.lock();
        try {
            close(Set.copyOf(serving.keySet()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new StageException(FailureCode.TIMEOUT, "interrupted while listeners were closed; some may still accept",
                    mode, stopped);
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public Optional<List<Change>> plan(PlanRequest<ForwardRequest> asked) {
        oneAtATime.lock();
        try {
            Map<String, ListenerPlan.At> accepting = new HashMap<>();
            serving.forEach((id, current) -> {
                if (!current.isClosing()) {
                    accepting.put(id, new ListenerPlan.At(current.listener(), current.acceptor().local()));
                }
            });
            return Optional.of(new ListenerPlan(holders.get(), LowPorts.ofThisSystem(), firstOther)
                    .compare(asked.request().map(ForwardRequest::listeners).orElse(List.of()), accepting));
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public Optional<String> holder(InetAddress address, int port) {
        return holders.get().holder(address, port);
    }

    /** First of all, for their ports may be wanted by others now. */
    private void closeUnwanted(List<Listener> wanted, PortSearch search) throws StageException, InterruptedException {
        Map<String, Listener> byId = new HashMap<>();
        wanted.forEach(listener -> byId.put(listener.id(), listener));
        close(serving.entrySet().stream()
                .filter(entry -> !entry.getValue().stillServes(byId.get(entry.getKey()))
                        || entry.getValue().isInTheWay(search))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet()));
    }

    private ForwardReply openMissing(List<Listener> wanted, PortSearch search) throws InterruptedException {
        Map<String, StageFailure> failed = new ConcurrentHashMap<>();
        List<Listener> elsewhere = wanted.stream()
                .filter(listener -> serving.containsKey(listener.id()) && serving.get(listener.id()).isElsewhere()).toList();
        // Those that have nothing come before those that only could move.
        Parallel.forEach(wanted.stream().filter(listener -> !serving.containsKey(listener.id())).toList(),
                listener -> open(listener, search, failed));
        Parallel.forEach(elsewhere, listener -> moveBack(listener, search));
        Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
        Map<String, String> remarks = new HashMap<>();
        serving.forEach((id, current) -> {
            bound.put(id, current.acceptor().local());
            current.whyElsewhere().ifPresent(why -> remarks.put(id, why));
        });
        return new ForwardReply(bound, failed, remarks);
    }

    private void open(Listener listener, PortSearch search, Map<String, StageFailure> failed) throws InterruptedException {
        switch (search.open(listener)) {
            case PortSearch.Opened(Acceptor acceptor, Optional<String> whyElsewhere) -> {
                serving.put(listener.id(), new Serving(listener, acceptor, whyElsewhere, false));
                LOG.debug("Listening listener={} local={}", listener.id(), acceptor.local());
                whyElsewhere.ifPresent(why -> LOG.warn(
                        "Port in use, listening on another one until it is free listener={} wanted={} local={} reason=\"{}\"",
                        listener.id(), listener.port(), acceptor.local(), why));
            }
            case PortSearch.Failed(_, StageFailure failure, _) -> {
                failed.put(listener.id(), failure);
                LOG.warn("Cannot listen listener={} code={} reason=\"{}\"", listener.id(), failure.code(), failure.message());
            }
        }
    }

    private void moveBack(Listener listener, PortSearch search) throws InterruptedException {
        Serving current = serving.get(listener.id());
        switch (search.openWanted(listener)) {
            case PortSearch.Opened(Acceptor acceptor, _) -> {
                serving.put(listener.id(), new Serving(listener, acceptor, Optional.empty(), false));
                LOG.info("Port is free again, moved back listener={} from={} to={}",
                        listener.id(), current.acceptor().local(), acceptor.local());
                current.acceptor().close().exceptionally(failure -> {
                    LOG.warn("Old listener did not close listener={} local={}", listener.id(), current.acceptor().local(), failure);
                    return null;
                });
            }
            case PortSearch.Failed failed when failed.isTaken() ->
                // Perhaps by somebody else than before.
                serving.put(listener.id(), new Serving(listener, current.acceptor(), Optional.of(failed.whyTaken()), false));
            case PortSearch.Failed failed ->
                LOG.debug("Not moved back listener={} reason=\"{}\"", listener.id(), failed.failure().message());
        }
    }

    private void close(Set<String> ids) throws StageException, InterruptedException {
        Map<String, CompletableFuture<Void>> closing = new LinkedHashMap<>();
        // Marked first: one that does not close in time, or that nobody could wait for, accepts no more all the same.
        ids.forEach(id -> serving.computeIfPresent(id, (_, current) -> current.closing()));
        ids.forEach(id -> closing.put(id, serving.get(id).acceptor().close()));
        List<String> stillOpen = new ArrayList<>();
        for (Map.Entry<String, CompletableFuture<Void>> entry : closing.entrySet()) {
            try {
                entry.getValue().get(CLOSE_SECONDS, TimeUnit.SECONDS);
                serving.remove(entry.getKey());
                LOG.debug("Stopped listening listener={}", entry.getKey());
            } catch (ExecutionException | TimeoutException failure) {
                LOG.warn("Listener did not close listener={}", entry.getKey(), failure);
                stillOpen.add(entry.getKey());
            }
        }
        if (!stillOpen.isEmpty()) {
            throw new StageException(FailureCode.TIMEOUT, stillOpen.size() + " listeners did not close within "
                    + CLOSE_SECONDS + " seconds, for instance " + stillOpen.getFirst() + "; it is tried again",
                    mode);
        }
    }

    /**
     * A listener and the socket that accepts for it.
     *
     * @param whyElsewhere why it has another port than the wanted one; empty when it has that
     * @param isClosing whether the socket was told to close
     */
    private record Serving(Listener listener, Acceptor acceptor, Optional<String> whyElsewhere, boolean isClosing) {

        Serving closing() {
            return new Serving(listener, acceptor, whyElsewhere, true);
        }

        boolean stillServes(Listener wanted) {
            return !isClosing && wanted != null && wanted.port() == listener.port() && wanted.address().equals(listener.address());
        }

        /** Whether it had to take another port than the wanted one. */
        boolean isElsewhere() {
            return acceptor.local().getPort() != listener.port();
        }

        boolean isInTheWay(PortSearch search) {
            return isElsewhere() && search.isWanted(listener.address(), acceptor.local().getPort());
        }
    }
}
