package io.ngrokd.kit.listener;

import io.ngrokd.api.endpoint.Listener;
import io.ngrokd.api.error.FailureCode;
import io.ngrokd.api.error.StageFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds ports for the listeners of one request: the wanted one, else one that is free and that no other listener wants.
 * Thread-safe: listeners are opened side by side.
 */
final class PortSearch {

    private static final Logger LOG = LoggerFactory.getLogger(PortSearch.class);
    static final int FURTHER_PORTS = 20;
    static final int LAST_PORT = 65535;
    private static final long BIND_SECONDS = 10;

    private final AcceptorOpener opener;
    private final PortHolders holders;
    private final IntUnaryOperator firstOther;
    private final Map<InetAddress, Set<Integer>> wanted = new HashMap<>();
    /** Other than wanted ones. */
    private final Set<InetSocketAddress> triedByOurs = ConcurrentHashMap.newKeySet();

    /**
     * @param firstOther where the search for another port begins when the given one is taken
     * @param all the whole request: a port that one of these wants is not another's way out
     */
    PortSearch(AcceptorOpener opener, PortHolders holders, IntUnaryOperator firstOther, List<Listener> all) {
        this.opener = opener;
        this.holders = holders;
        this.firstOther = firstOther;
        for (Listener listener : all) {
            wanted.computeIfAbsent(listener.address(), _ -> new HashSet<>()).add(listener.port());
        }
    }

    /** Says where listeners of ours accept already: these ports need not be tried. */
    void skip(Collection<InetSocketAddress> ours) {
        triedByOurs.addAll(ours);
    }

    /** Whether a listener of the request wants this port; the wildcard address has a share in every other. */
    boolean isWanted(InetAddress address, int port) {
        if (address.isAnyLocalAddress()) {
            return wanted.values().stream().anyMatch(ports -> ports.contains(port));
        }
        return wanted.entrySet().stream()
                .filter(entry -> entry.getKey().equals(address) || entry.getKey().isAnyLocalAddress())
                .anyMatch(entry -> entry.getValue().contains(port));
    }

    /** Whether nobody of ours tried this other port before; from now on somebody has. */
    boolean mayTry(InetAddress address, int port) {
        return triedByOurs.add(new InetSocketAddress(address, port));
    }

    /** The wanted port and no other, to move back to it. */
    Result openWanted(Listener listener) throws InterruptedException {
        Result result = attempt(listener, listener.port());
        return result instanceof Failed failed && failed.isTaken()
                ? new Failed(failed.reason(), failed.failure(), whyTaken(listener)) : result;
    }

    /** The wanted port or another one. */
    Result open(Listener listener) throws InterruptedException {
        Result result = attempt(listener, listener.port());
        if (!isTaken(result)) {
            return result;
        }
        String why = whyTaken(listener);
        int first = firstOther.applyAsInt(listener.port());
        int tried = 0;
        for (int port = first; isTaken(result) && tried < FURTHER_PORTS && port <= LAST_PORT; port++) {
            if (!isWanted(listener.address(), port) && mayTry(listener.address(), port)) {
                tried++;
                result = attempt(listener, port);
            }
        }
        if (isTaken(result)) {
            return new Failed(BindFailure.PORT_TAKEN, new StageFailure(FailureCode.EXHAUSTED, why + ", and " + tried
                    + " others from " + first + " on are taken too; see by whom with 'ss -ltnp', free one, and it is tried again"), why);
        }
        return result instanceof Opened(Acceptor acceptor, _) ? new Opened(acceptor, Optional.of(why)) : result;
    }

    private static boolean isTaken(Result result) {
        return result instanceof Failed failed && failed.isTaken();
    }

    private String whyTaken(Listener listener) {
        return "port " + listener.port() + " of " + listener.address().getHostAddress()
                + holders.holder(listener.address(), listener.port()).map(" is held by "::concat).orElse(" is taken by another program");
    }

    private Result attempt(Listener listener, int port) throws InterruptedException {
        CompletableFuture<Acceptor> opening =
                opener.open(listener.address(), port, listener.id()).toCompletionStage().toCompletableFuture();
        try {
            return new Opened(opening.get(BIND_SECONDS, TimeUnit.SECONDS), Optional.empty());
        } catch (ExecutionException failed) {
            BindFailure reason = BindFailure.of(failed.getCause(), port);
            return new Failed(reason, reason.describe(listener.address(), port, failed.getCause()), "");
        } catch (TimeoutException slow) {
            closeWhenItOpens(opening);
            return new Failed(BindFailure.OTHER, new StageFailure(FailureCode.TIMEOUT, "listening on "
                    + listener.address().getHostAddress() + ":" + port + " took longer than " + BIND_SECONDS
                    + " seconds; it is tried again"), "");
        } catch (InterruptedException stopped) {
            closeWhenItOpens(opening);
            throw stopped;
        }
    }

    private static void closeWhenItOpens(CompletableFuture<Acceptor> opening) {
        opening.thenCompose(Acceptor::close).exceptionally(neverOpened -> {
            LOG.debug("Late listener did not open cause={}", String.valueOf(neverOpened));
            return null;
        });
    }

    /** What came of it. */
    sealed interface Result {}

    /**
     * It accepts.
     *
     * @param whyElsewhere why it could not have the wanted port; empty when it has that
     */
    record Opened(Acceptor acceptor, Optional<String> whyElsewhere) implements Result {}

    /**
     * It does not accept.
     *
     * @param whyTaken who has the wanted port; empty when that is not the reason
     */
    record Failed(BindFailure reason, StageFailure failure, String whyTaken) implements Result {

        boolean isTaken() {
            return reason == BindFailure.PORT_TAKEN;
        }
    }
}
